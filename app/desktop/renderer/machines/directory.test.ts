import { describe, expect, test } from "vitest";
import type { BookEntry } from "../../../../contract/agent.ts";
import { book, bookEntry, machine } from "../testing/machines.ts";
import { directoryOf, emptyDirectory, found } from "./directory.ts";

const mapOf = (entries: readonly BookEntry[]) => new Map(entries.map((entry) => [entry.machine.id, entry]));
const named = (number: number, name: string, customer = "Customer") =>
  bookEntry(number, { machine: { ...machine(number), name, customer, place: "" } });
const directory = (...entries: readonly BookEntry[]) => directoryOf(mapOf(entries), emptyDirectory, "en");
const names = (entries: readonly BookEntry[]) => entries.map((entry) => entry.machine.name);

describe("the order", () => {
  test("is by customer, then by name with numbers as numbers; those without a customer come last", () => {
    const { groups } = directory(
      named(1, "press-10", "Zeta"),
      named(2, "press-2", "Zeta"),
      named(3, "loose", ""),
      named(4, "mill", "Ähre"),
    );
    expect(groups.map(({ customer }) => customer)).toEqual(["Ähre", "Zeta", ""]);
    expect(names(groups[1]?.entries ?? [])).toEqual(["press-2", "press-10"]);
  });

  test("is kept when a machine only goes offline, and groups without a change stay the same objects", () => {
    const entries = book(40);
    const before = directoryOf(mapOf(entries), emptyDirectory, "en");
    const changed = { ...entries[5], machine: { ...machine(6), online: false } } as BookEntry;
    const after = directoryOf(mapOf(entries.with(5, changed)), before, "en");
    expect(names(after.entries)).toEqual(names(before.entries));
    expect(after.entries).toContain(changed);
    expect(after.groups.filter((group) => before.groups.includes(group))).toHaveLength(before.groups.length - 1);
  });

  test("is made anew when a machine is renamed, added or removed", () => {
    const before = directory(named(1, "a"), named(2, "b"));
    expect(names(directoryOf(mapOf([named(1, "c"), named(2, "b")]), before, "en").entries)).toEqual(["b", "c"]);
    expect(names(directoryOf(mapOf([named(2, "b")]), before, "en").entries)).toEqual(["b"]);
    const more = mapOf([named(1, "a"), named(2, "b"), named(3, "0")]);
    expect(names(directoryOf(more, before, "en").entries)).toEqual(["0", "a", "b"]);
  });
});

describe("the search", () => {
  test("ranks names that begin with it before names that hold it, and those before everything else", () => {
    const all = directory(
      named(1, "compress"),
      named(2, "old-press"),
      named(3, "press"),
      named(4, "mill", "Pressworks"),
    );
    expect(names(found(all, "press"))).toEqual(["press", "old-press", "compress", "mill"]);
  });

  test("wants every word, wherever it stands, and does not care for capitals or accents", () => {
    const all = directory(named(1, "mixer-1", "Šimáček"), named(2, "mixer-2", "Møller"));
    expect(names(found(all, "simacek MIX"))).toEqual(["mixer-1"]);
    expect(names(found(all, "moller"))).toEqual(["mixer-2"]);
    expect(found(all, "moller simacek")).toEqual([]);
  });

  test("finds the same whether it is typed on, taken back or pasted", () => {
    const all = directory(...book(60));
    const pasted = names(found(directory(...book(60)), "mixer 1"));
    for (const typed of ["m", "mi", "mixer", "mixer ", "mixer 1"]) found(all, typed);
    expect(names(found(all, "mixer 1"))).toEqual(pasted);
    expect(found(all, "").length).toBe(60);
    expect(names(found(all, "mixer 1"))).toEqual(pasted);
  });

  test("looks at serial, network, note, contact and who is on it", () => {
    const entry = bookEntry(4, { mark: { favourite: false, note: "Key at the gate", contact: "Huber" } });
    const all = directory(entry, named(1, "other"));
    for (const query of ["AN-40028", "192.168.0.0", "gate", "huber", "m.berg"]) {
      expect([query, names(found(all, query))]).toEqual([query, [entry.machine.name]]);
    }
  });
});
