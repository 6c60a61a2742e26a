import type { HistoryRow } from "./rows.ts";

export interface CsvWords {
  readonly head: Readonly<Record<Column, string>>;
  readonly ended: (row: HistoryRow) => string;
  /** What the spreadsheet of the language takes for a separator. */
  readonly separator: "," | ";";
}

const columns = [
  "from",
  "until",
  "what",
  "who",
  "laptop",
  "networks",
  "received",
  "sent",
  "orderNumber",
  "reason",
  "note",
  "ended",
] as const;
export type Column = (typeof columns)[number];
export const csvColumns: readonly Column[] = columns;

export interface Csv {
  readonly text: string;
  /** How many of the rows, from the first on, are in it. */
  readonly count: number;
}

/**
 * A table as RFC 4180 has it, with a byte order mark: without one, spreadsheets take it for the system's old code page. At most
 * `maxChars` long; a row is in it whole or not at all.
 */
export function csvOf(rows: readonly HistoryRow[], words: CsvWords, maxChars: number): Csv {
  const line = (cells: readonly string[]) => `${cells.map(cell).join(words.separator)}\r\n`;
  let text = `\u{feff}${line(columns.map((column) => words.head[column]))}`;
  let count = 0;
  for (const row of rows) {
    const next = line(columns.map((column) => textOf(row, column, words)));
    if (text.length + next.length > maxChars) break;
    text += next;
    count += 1;
  }
  return { text, count };
}

function textOf(row: HistoryRow, column: Column, { ended }: CsvWords): string {
  switch (column) {
    case "networks":
      return networksText(row);
    case "received":
    case "sent":
      return String(row[column]);
    case "until":
      return row.until ?? "";
    case "ended":
      return ended(row);
    default:
      return row[column];
  }
}

/** `192.168.0.0/24 → 100.64.3.0/24`: years later it must be clear what was reached under which address. */
export function networksText({ networks }: Pick<HistoryRow, "networks">): string {
  return networks.map(({ network, standIn }) => (standIn === null ? network : `${network} → ${standIn}`)).join(", ");
}

// A cell that begins like a formula would be run by the spreadsheet of whoever opens the file (CWE-1236).
function cell(value: string): string {
  const inert = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",;\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
