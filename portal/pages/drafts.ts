import { create } from "zustand";

/** What is written when connecting to a machine. */
export type Order = { readonly orderNumber: string; readonly reason: string };

export const noOrder: Order = { orderNumber: "", reason: "" };

type Drafts = {
  readonly owner: string;
  /** Notes that are being written, by entry of the history. */
  readonly notes: ReadonlyMap<string, string>;
  /** What was written for a machine and not used yet. */
  readonly orders: ReadonlyMap<string, Order>;
  /** Null: it is saved, or thrown away. */
  readonly setNote: (entry: string, note: string | null) => void;
  /** Null: the connection has it. */
  readonly setOrder: (machine: string, order: Order | null) => void;
  /** Says who is writing. What somebody else has written is forgotten. */
  readonly own: (owner: string) => void;
};

/**
 * What is being typed and not sent yet. It lives outside the forms: a list that is read anew, a way back, rights that are withdrawn and a
 * session that the portal has ended take none of it away.
 */
export const useDrafts = create<Drafts>()((set, get) => ({
  owner: "",
  notes: new Map(),
  orders: new Map(),
  setNote: (entry, note) => set({ notes: withEntry(get().notes, entry, note) }),
  setOrder: (machine, order) => set({ orders: withEntry(get().orders, machine, order) }),
  own: (owner) => {
    if (get().owner !== owner) set({ owner, notes: new Map(), orders: new Map() });
  },
}));

function withEntry<Value>(known: ReadonlyMap<string, Value>, key: string, value: Value | null) {
  const entries = new Map(known);
  if (value === null) entries.delete(key);
  else entries.set(key, value);
  return entries;
}
