import type { Machine, MachinePage } from "../../../contract/portal.ts";

/** Searching the address book as the portal searches its list (portal/web/machine-list.ts): for when the portal cannot be asked. */

/** Lower case and without accents, so that `munchen` finds `München`. */
function folded(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();
}

const names = new Intl.Collator("en", { numeric: true });
const cursor = /^book:(\d{1,9})$/;

/** Whether a page goes on from one of the book's own. */
export function isBookCursor(after: string | null): boolean {
  return after !== null && cursor.test(after);
}

/** A page in the order of names. Each word must be somewhere in name, customer, place or serial number. */
export function searchBook(
  machines: Iterable<Machine>,
  query: { readonly search: string; readonly limit: number; readonly after: string | null },
): MachinePage {
  const words = folded(query.search)
    .split(/\s+/)
    .filter((word) => word !== "");
  const found: Machine[] = [];
  for (const machine of machines) {
    const { name, customer, place, serial } = machine;
    const text = folded([name, customer, place, serial ?? ""].join("\n"));
    if (words.every((word) => text.includes(word))) found.push(machine);
  }
  found.sort((left, right) => names.compare(left.name, right.name));
  const start = Number(cursor.exec(query.after ?? "")?.[1] ?? 0);
  const end = start + query.limit;
  return {
    machines: found.slice(start, end),
    total: found.length,
    after: end < found.length ? `book:${end}` : null,
  };
}
