import type { BookEntry, BookPart } from "../../../../contract/agent.ts";
import type { Machine } from "../../../../contract/portal.ts";

/** An address book as a machine builder has it, without chance: each number gives the same machine. */

const customers = [
  ["Brauerei Sonnenberg", "Füssen, Abfüllung"],
  ["Nordic Pulp AB", "Örnsköldsvik, line 4"],
  ["Käserei Alpstein", "Appenzell, Keller 2"],
  ["Delta Packaging", "Leeds, hall B"],
  ["Zementwerk Rhein-Lahn GmbH & Co. KG", "Diez, Ofenlinie"],
  ["Šimáček Strojírny", "Plzeň, hala 3"],
  ["Aquafin Water", "Antwerpen, pump house"],
  ["Møller Dairy", "Aarhus, separation"],
] as const;
const kinds = ["press", "mill", "filler", "labeller", "oven", "palletiser", "robot", "pump", "crane", "mixer"] as const;
const colleagues = ["m.berg", "j.okafor", "s.lindqvist", "a.duarte"] as const;

/** The time in all fixtures. */
export const fixtureNow = "2026-06-17T09:30:00.000Z";

export function machine(number: number): Machine {
  const [customer, place] = customers[number % customers.length] ?? customers[0];
  const kind = kinds[number % kinds.length] ?? "press";
  const online = number % 3 !== 2 || number === 17;
  return {
    id: `machine-${number}`,
    name: `${kind}-${number}`,
    customer,
    place,
    serial: `AN-${String(40_000 + number * 7)}`,
    online,
    lastSeen: online ? fixtureNow : new Date(Date.parse(fixtureNow) - number * 3_600_000).toISOString(),
    networks: [
      { network: `192.168.${number % 2}.0/24`, standIn: number % 5 === 0 ? "100.64.17.0/24" : null, only: null },
      ...(number % 4 === 1 ? [{ network: `10.17.${number % 250}.0/24`, standIn: null, only: null }] : []),
    ],
    present: online && number % 4 === 0 ? [colleagues[number % colleagues.length] ?? "m.berg"] : [],
  };
}

export function bookEntry(number: number, more: Partial<BookEntry> = {}): BookEntry {
  return { machine: machine(number), mark: { favourite: false, note: "", contact: "" }, lastUsed: null, ...more };
}

/** Machines 1 to `count`: some favourites, some used lately, one with note and contact. */
export function book(count: number): readonly BookEntry[] {
  return Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    const favourite = number === 3 || number === 17 || number === 24;
    const note = number === 17 ? "Gateway cabinet is behind the palletiser. Ask for the key at the gate." : "";
    const contact = number === 17 ? "Frau Huber, Schicht A, +49 8362 5551" : "";
    const used = number % 6 === 1 && number < 40;
    const lastUsed = used ? new Date(Date.parse(fixtureNow) - number * 5_400_000).toISOString() : null;
    return bookEntry(number, { mark: { favourite, note, contact }, lastUsed });
  });
}

/** The address book as the wire carries it. */
export function partsOf(entries: readonly BookEntry[], from: string | null = null): readonly BookPart[] {
  const size = 500;
  const count = Math.max(1, Math.ceil(entries.length / size));
  return Array.from({ length: count }, (_, index) => ({
    whole: index === 0,
    more: index < count - 1,
    from,
    entries: entries.slice(index * size, (index + 1) * size),
    removed: [],
  }));
}
