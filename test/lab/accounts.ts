/** What the lab's portal is told: two accounts, four technicians, four machines. */

export const technicians = [
  { account: "acme", user: "anna", machines: ["press-1", "press-2", "mill-3"] },
  { account: "acme", user: "ben", machines: [] },
  { account: "globex", user: "carl", machines: ["saw-9"] },
  { account: "globex", user: "dora", machines: [] },
] as const satisfies readonly {
  readonly account: string;
  readonly user: string;
  /** Those that he or she has every right on. */
  readonly machines: readonly string[];
}[];

export const accountNames = ["acme", "globex"] as const;

/** `number` is that of `topology.ts`; an entry without one has no router. */
export const machineEntries = [
  { account: "acme", name: "press-1", number: 1, customer: "Nordpress", place: "Hall 1" },
  { account: "acme", name: "press-2", number: 2, customer: "Nordpress", place: "Hall 2" },
  { account: "acme", name: "mill-3", number: 3, customer: "Fräswerk", place: "Basement" },
  { account: "globex", name: "saw-9", number: null, customer: "Sågen", place: "Yard" },
] as const satisfies readonly {
  readonly account: string;
  readonly name: string;
  readonly number: number | null;
  readonly customer: string;
  readonly place: string;
}[];
