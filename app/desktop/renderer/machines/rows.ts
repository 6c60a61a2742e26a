import type { BookEntry } from "../../../../contract/agent.ts";
import { type Directory, found } from "./directory.ts";

/** A line of the list. `key` is the machine's id, or `group:` and what the group is. */
export type Row =
  | {
      readonly kind: "group";
      readonly key: string;
      readonly group: Group;
      readonly count: number;
      readonly open: boolean;
    }
  | { readonly kind: "machine"; readonly key: string; readonly entry: BookEntry; readonly underCustomer: boolean };

export type Group =
  | { readonly of: "favourites" }
  | { readonly of: "recent" }
  | { readonly of: "customer"; readonly customer: string };

export function groupKey(group: Group): string {
  return group.of === "customer" ? `group:customer:${group.customer}` : `group:${group.of}`;
}

export type RowsWish = {
  readonly directory: Directory;
  readonly query: string;
  /** Ids of those used last, the last first. */
  readonly recent: readonly string[];
  /** Keys of the groups that are closed. */
  readonly closed: ReadonlySet<string>;
};

/** What the list shows: what the search found; without one, favourites, then recents, then the customers. Each machine once. */
export function rowsOf({ directory, query, recent, closed }: RowsWish): readonly Row[] {
  if (query.trim() !== "") return found(directory, query).map((entry) => machineRow(entry, false));
  const favourites = directory.entries.filter((entry) => entry.mark.favourite);
  const wanted = new Set(recent);
  const used = directory.entries
    .filter((entry) => !entry.mark.favourite && wanted.has(entry.machine.id))
    .sort((a, b) => recent.indexOf(a.machine.id) - recent.indexOf(b.machine.id));
  const above = new Set([...favourites, ...used]);
  const rows: Row[] = [];
  const add = (group: Group, entries: readonly BookEntry[]): void => {
    if (entries.length === 0) return;
    const key = groupKey(group);
    const open = !closed.has(key);
    rows.push({ kind: "group", key, group, count: entries.length, open });
    if (!open) return;
    for (const entry of entries) rows.push(machineRow(entry, group.of === "customer"));
  };
  add({ of: "favourites" }, favourites);
  add({ of: "recent" }, used);
  for (const { customer, entries } of directory.groups) {
    const rest = above.size === 0 ? entries : entries.filter((entry) => !above.has(entry));
    add({ of: "customer", customer }, rest);
  }
  return rows;
}

function machineRow(entry: BookEntry, underCustomer: boolean): Row {
  return { kind: "machine", key: entry.machine.id, entry, underCustomer };
}

const mostRecent = 5;

/** Ids of those used last. */
export function recentOf(directory: Directory): readonly string[] {
  return directory.entries
    .filter((entry) => entry.lastUsed !== null)
    .sort((a, b) => (b.lastUsed ?? "").localeCompare(a.lastUsed ?? ""))
    .slice(0, mostRecent)
    .map((entry) => entry.machine.id);
}
