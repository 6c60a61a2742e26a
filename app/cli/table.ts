/** Columns that a text takes on a terminal: none for combining marks, two for East Asian wide characters and emoji (UAX 11). */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text.replace(sgr, "")) width += columnsOf(character);
  return width;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
const sgr = /\x1b\[[0-9;]*m/g;
const noColumn = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const twoColumns =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]$/u;

function columnsOf(character: string): number {
  if (character < "\u0300") return 1;
  if (noColumn.test(character)) return 0;
  return twoColumns.test(character) ? 2 : 1;
}

/** `text` and blanks behind it up to `width` columns. */
export function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** Rows with their columns under each other, two blanks between; an empty column is left out. No blanks at the end of a line. */
export function alignedRows(rows: readonly (readonly string[])[]): readonly string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(0, ...rows.map((row) => widthOf(row[column] ?? ""))),
  );
  return rows.map((row) =>
    widths
      .flatMap((width, column) => (width === 0 ? [] : [padded(row[column] ?? "", width)]))
      .join("  ")
      .trimEnd(),
  );
}

/** A table with a head: a column of which no row says anything is left out, head and all. */
export function tableRows(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const filled = head.map((_, column) => rows.some((row) => (row[column] ?? "") !== ""));
  return alignedRows([head, ...rows].map((row) => row.map((cell, column) => (filled[column] ? cell : ""))));
}

/** `text` cut to `width` columns. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  for (const character of text) {
    if (widthOf(kept) + columnsOf(character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** `text` in lines of at most `width` columns, broken at blanks. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
