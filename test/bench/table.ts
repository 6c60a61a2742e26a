import type { Figure } from "./figure.ts";

const head = ["row", "what", "measured", "promised", "", "otherwise", "limit", "runs"];

/** A Markdown table whose columns stand under each other. */
export function tableOf(figures: readonly Figure[]): string {
  const body = figures.map(({ row, what, measured, goal, held, stock, limit, note }) => {
    const verdict = held === null ? "" : held ? "✓" : "✗";
    return [row, what, measured, goal, verdict, stock, limit, note];
  });
  const widths = head.map((title, column) =>
    Math.max(title.length, ...body.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|\n`;
  return line(head) + rule + body.map(line).join("");
}
