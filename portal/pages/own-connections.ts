import type { IntentState, OwnConnection as Told } from "../../contract/portal.ts";
import type { ConnectWish } from "./api.ts";

/** A connection of one's own to a machine, as the agent last told the portal. `wish` is what was asked for on this page. */
export type OwnConnection = {
  readonly intent: string;
  /** Null until it is known: an event names a connection without its tunnel. */
  readonly tunnel: string | null;
  readonly state: IntentState | null;
  readonly wish: ConnectWish | null;
};

/** By machine. */
export type OwnConnections = ReadonlyMap<string, OwnConnection>;

/**
 * What the portal answers of one's own connections, all of them. An answer is as old as its question: what was heard of a machine
 * since then (`newer`) stands. Of several laptops on one machine the last one counts.
 */
export function withAnswer(known: OwnConnections, told: readonly Told[], newer: ReadonlySet<string>): OwnConnections {
  const kept = [...known].filter(([machine]) => newer.has(machine));
  const answered = told.flatMap(({ machine, intent, tunnel, state }): [string, OwnConnection][] => {
    if (newer.has(machine)) return [];
    const before = known.get(machine);
    return [[machine, { intent, tunnel, state, wish: before?.intent === intent ? before.wish : null }]];
  });
  return new Map([...kept, ...answered]);
}
