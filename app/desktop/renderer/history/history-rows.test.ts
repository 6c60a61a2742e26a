import { describe, expect, test } from "vitest";
import { journal, portalHistory } from "../testing/panel-scenes.ts";
import { csvColumns, csvOf } from "./csv.ts";
import { byDay, findRows, rowsOfJournal, rowsOfPortal } from "./rows.ts";

const rows = rowsOfJournal(journal);

describe("the rows of a history", () => {
  test("are found by any of their words, all of which must be there", () => {
    expect(findRows(rows, "weber  RECIPE").map(({ id }) => id)).toEqual(["t-0 i-8"]);
    expect(findRows(rows, "100.64.17 4711")).toHaveLength(1);
    expect(findRows(rows, "weber nobody")).toEqual([]);
    expect(findRows(rows, " ")).toHaveLength(rows.length);
  });

  test("stand under the day they began", () => {
    expect(byDay(rows).map(({ rows: own }) => own.length)).toEqual([2, 2, 1]);
  });

  test("of the portal take a note here where this computer's journal has them too", () => {
    const [own, foreign] = rowsOfPortal(portalHistory.page.connections, journal);
    expect([own?.journal, foreign?.journal]).toEqual(["t-1 i-9", null]);
  });

  test("of a tunnel take no note: the portal has none of it", () => {
    expect(rows.find(({ kind }) => kind === "tunnel")).toMatchObject({ journal: null, delivered: null });
  });
});

describe("the table for a spreadsheet", () => {
  const head = Object.fromEntries(csvColumns.map((column) => [column, column])) as Record<
    (typeof csvColumns)[number],
    string
  >;
  const words = { head, ended: () => "done", separator: ";" } as const;
  const [first] = rows;

  test("has a head, a line for each row, and says by its first character that it is UTF-8", () => {
    const { text, count } = csvOf(rows, words, 500_000);
    expect(text.startsWith("\u{feff}from;until;what;")).toBe(true);
    expect(text.split("\r\n")).toHaveLength(rows.length + 2);
    expect(count).toBe(rows.length);
    expect(text).toContain("192.168.0.0/24 → 100.64.17.0/24");
  });

  test("puts separators, quotes and line ends into quotes", () => {
    const row = first && { ...first, note: 'He said "no";\nthen left' };
    expect(csvOf(row ? [row] : [], words, 9999).text).toContain('"He said ""no"";\nthen left"');
  });

  test("gives a spreadsheet no formula to run, whoever wrote the reason", () => {
    const row = first && { ...first, reason: '=HYPERLINK("http://evil.test")' };
    expect(csvOf(row ? [row] : [], words, 9999).text).toContain(`"'=HYPERLINK(""http://evil.test"")"`);
  });

  test("holds whole rows only, as many as may be saved", () => {
    const { text, count } = csvOf(rows, words, 400);
    expect(text.length).toBeLessThanOrEqual(400);
    expect(count).toBeLessThan(rows.length);
    expect(text.endsWith("\r\n")).toBe(true);
  });
});
