export type Cell = string | number | boolean | null;

/** Columns for people; programs get JSON. */
export function formatTable(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [headings, ...rows.map((row) => row.map(formatCell))];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => [...(line[column] ?? "")].length)));
  return lines.map((line) => formatLine(line, widths)).join("\n");
}

function formatLine(line: readonly string[], widths: readonly number[]): string {
  return line
    .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - [...cell].length))
    .join("  ")
    .trimEnd();
}

function formatCell(cell: Cell): string {
  if (cell === null || cell === "") return "–";
  if (typeof cell === "boolean") return cell ? "✓" : "–";
  return String(cell);
}
