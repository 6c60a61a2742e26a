import type { BookEntry } from "../../../../contract/agent.ts";

/** Everything about one machine: its networks and addresses, its connection, what is in the way, its devices, the person's notes. */
export function MachineDetail(_: { readonly entry: BookEntry }) {
  return null;
}
