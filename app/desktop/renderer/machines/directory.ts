import type { BookEntry } from "../../../../contract/agent.ts";
import { fold, folded } from "./folded.ts";

/** The machines of one customer, in order. */
export type CustomerGroup = { readonly customer: string; readonly entries: readonly BookEntry[] };

/** The address book in order. `entries` runs through the groups. */
export type Directory = { readonly groups: readonly CustomerGroup[]; readonly entries: readonly BookEntry[] };

export const emptyDirectory: Directory = { groups: [], entries: [] };

/**
 * Brings the address book into order: customers by the language's rules, machines by name, those without a customer last.
 * A change that moves nothing (somebody went online) only replaces entries of `before`.
 */
export function directoryOf(machines: ReadonlyMap<string, BookEntry>, before: Directory, language: string): Directory {
  return replaced(machines, before) ?? sorted(machines, language);
}

function replaced(machines: ReadonlyMap<string, BookEntry>, before: Directory): Directory | undefined {
  if (before.entries.length !== machines.size || machines.size === 0) return undefined;
  const groups: CustomerGroup[] = [];
  for (const group of before.groups) {
    let entries: BookEntry[] | undefined;
    for (const [index, old] of group.entries.entries()) {
      const entry = machines.get(old.machine.id);
      if (entry === old) continue;
      if (entry?.machine.name !== old.machine.name || entry.machine.customer !== old.machine.customer) return undefined;
      entries ??= [...group.entries];
      entries[index] = entry;
    }
    groups.push(entries === undefined ? group : { ...group, entries });
  }
  return { groups, entries: groups.flatMap((group) => group.entries) };
}

function sorted(machines: ReadonlyMap<string, BookEntry>, language: string): Directory {
  const byCustomer = Map.groupBy(machines.values(), (entry) => entry.machine.customer.trim());
  const collator = new Intl.Collator(language, { numeric: true });
  const groups = [...byCustomer]
    .sort(([a], [b]) => (a === "" ? 1 : b === "" ? -1 : collator.compare(a, b)))
    .map(([customer, entries]) => ({ customer, entries: entries.sort(byOrder) }));
  return { groups, entries: groups.flatMap((group) => group.entries) };
}

function byOrder(a: BookEntry, b: BookEntry): number {
  const [first, second] = [folded(a).order, folded(b).order];
  return first < second ? -1 : first > second ? 1 : 0;
}

/**
 * Those that hold every word, best first: names that begin so, names with a word that begins so, names that hold it, the rest.
 * In each of these the order of the directory.
 */
export function found(directory: Directory, query: string): readonly BookEntry[] {
  const words = fold(query)
    .split(/\s+/)
    .filter((word) => word !== "");
  const [first = ""] = words;
  const ranks: BookEntry[][] = [[], [], [], []];
  for (const entry of hitsOf(directory, words)) ranks[rankOf(folded(entry).name, first)]?.push(entry);
  return ranks.flat();
}

type Search = { readonly directory: Directory; readonly wanted: string; readonly hits: readonly BookEntry[] };
let last: Search = { directory: emptyDirectory, wanted: "", hits: [] };

/** Those that hold every word, in the directory's order. Who types on looks only through what is left. */
function hitsOf(directory: Directory, words: readonly string[]): readonly BookEntry[] {
  const wanted = words.join(" ");
  const left = last.directory === directory && wanted.startsWith(last.wanted) ? last.hits : directory.entries;
  const hits = left.filter((entry) => {
    const { all } = folded(entry);
    return words.every((word) => all.includes(word));
  });
  last = { directory, wanted, hits };
  return hits;
}

function rankOf(name: string, word: string): number {
  const at = name.indexOf(word);
  if (at === 0) return 0;
  if (at < 0) return 3;
  return /[\s._/-]/.test(name[at - 1] ?? "") ? 1 : 2;
}
