import { describe, expect, test } from "vitest";
import { blocksOf } from "./markdown.ts";

describe("the agent's Markdown", () => {
  test("becomes headings, paragraphs, lists and tables", () => {
    const page = "# Title\n\nOne line\nand another.\n\n- a\n- b\n\n| H | I |\n|---|---|\n| 1 | 2 |\n";
    expect(blocksOf(page)).toEqual([
      { kind: "heading", level: 1, text: "Title" },
      { kind: "paragraph", text: "One line and another." },
      { kind: "list", items: ["a", "b"] },
      { kind: "table", head: ["H", "I"], rows: [["1", "2"]] },
    ]);
  });

  test("says what the network said as text: an escaped bar ends no cell, and nothing becomes a link", () => {
    const [table] = blocksOf("| Check |\n|---|\n| Evil \\| \\<b\\> \\[x\\](http://evil.test) \\`y\\` |");
    expect(table).toEqual({ kind: "table", head: ["Check"], rows: [["Evil | <b> [x](http://evil.test) `y`"]] });
  });

  test("keeps empty cells, and a rule is no row", () => {
    const [table] = blocksOf("| a | b |\n|:---|---:|\n| | 2 |");
    expect(table).toEqual({ kind: "table", head: ["a", "b"], rows: [["", "2"]] });
  });

  test("is nothing where there is nothing", () => {
    expect(blocksOf("\n\n")).toEqual([]);
  });
});
