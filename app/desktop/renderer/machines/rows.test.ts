import { describe, expect, test } from "vitest";
import { book } from "../testing/machines.ts";
import { directoryOf, emptyDirectory } from "./directory.ts";
import { groupKey, type Row, recentOf, rowsOf } from "./rows.ts";
import { offsetsOf, rowAt } from "./virtual.ts";

const entries = book(40);
const directory = directoryOf(new Map(entries.map((entry) => [entry.machine.id, entry])), emptyDirectory, "en");
const none = new Set<string>();
const recent = recentOf(directory);
const machinesIn = (rows: readonly Row[]) => rows.filter(({ kind }) => kind === "machine").map(({ key }) => key);

describe("the rows", () => {
  test("begin with the favourites and those used last, and show each machine once", () => {
    const rows = rowsOf({ directory, query: "", recent, closed: none });
    expect(rows.slice(0, 5).map(({ key }) => key)).toEqual([
      "group:favourites",
      ...entries
        .filter(({ mark }) => mark.favourite)
        .map(({ machine }) => machine.id)
        .sort((a, b) => directoryIndex(a) - directoryIndex(b)),
      "group:recent",
    ]);
    expect(machinesIn(rows).toSorted()).toEqual(entries.map(({ machine }) => machine.id).toSorted());
  });

  test("leave out what is in a closed group, but not the group", () => {
    const closed = new Set([groupKey({ of: "favourites" })]);
    const rows = rowsOf({ directory, query: "", recent, closed });
    expect(rows[0]).toMatchObject({ key: "group:favourites", count: 3, open: false });
    expect(rows[1]).toMatchObject({ key: "group:recent" });
  });

  test("are one list without groups while one searches", () => {
    const rows = rowsOf({ directory, query: "press", recent, closed: none });
    expect(rows.every(({ kind }) => kind === "machine")).toBe(true);
  });
});

test("a place in the list is found in its row", () => {
  const offsets = offsetsOf(rowsOf({ directory, query: "", recent, closed: none }));
  expect(rowAt(offsets, 0)).toBe(0);
  expect(rowAt(offsets, 39)).toBe(0);
  expect(rowAt(offsets, 40)).toBe(1);
  expect(rowAt(offsets, 40 + 56)).toBe(2);
  expect(rowAt(offsets, 1e9)).toBe(offsets.length - 2);
});

function directoryIndex(id: string): number {
  return directory.entries.findIndex(({ machine }) => machine.id === id);
}
