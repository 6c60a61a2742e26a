/** The Markdown that the agent writes, as structure: headings, paragraphs, lists and tables of plain text. Nothing in it becomes a link or HTML. */

export type Block =
  | { readonly kind: "heading"; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

export function blocksOf(markdown: string): readonly Block[] {
  return markdown
    .split(/\n{2,}/)
    .map((block) => block.trim())
    .filter((block) => block !== "")
    .map(blockOf);
}

function blockOf(block: string): Block {
  const heading = /^(#{1,3}) +(.*)$/.exec(block);
  if (heading !== null) {
    const [, marks = "#", text = ""] = heading;
    return { kind: "heading", level: marks.length === 1 ? 1 : marks.length === 2 ? 2 : 3, text: plain(text) };
  }
  const lines = block.split("\n");
  if (lines.every((line) => line.startsWith("|"))) return tableOf(lines);
  if (lines.every((line) => line.startsWith("- "))) {
    return { kind: "list", items: lines.map((line) => plain(line.slice(2))) };
  }
  return { kind: "paragraph", text: plain(lines.join(" ")) };
}

function tableOf([head = "", ...rest]: readonly string[]): Block {
  const isRule = (line: string): boolean => /^[|\s:-]+$/.test(line);
  return { kind: "table", head: cellsOf(head), rows: rest.filter((line) => !isRule(line)).map(cellsOf) };
}

function cellsOf(line: string): readonly string[] {
  return line
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "")
    .split(/(?<!\\)\|/)
    .map((cell) => plain(cell.trim()));
}

// CommonMark 2.4: a backslash takes the meaning from the punctuation behind it.
function plain(text: string): string {
  return text.replace(/\\([!-/:-@[-`{-~])/g, "$1");
}
