import { CauseError } from "../../../contract/causes.ts";
import type { HelperEvent, TunnelStatus } from "../../../contract/helper.ts";
import type { Way } from "../../../contract/relay.ts";
import type { Tunnel } from "../../../contract/state.ts";
import { endpointOf } from "../../core/ways.ts";
import type { Clock } from "../../dial/clock.ts";
import type { Store } from "../store.ts";
import type { Proxies } from "../ways/proxies.ts";
import type { WayPlanner } from "../ways/way-planner.ts";

/** The live tunnel as far as the helper's events need it. */
export interface Current {
  readonly ticket: string;
  readonly portal: { readonly host: string; readonly port: number };
  readonly ways: readonly Way[];
  /** Ways that have fallen out of the race. */
  readonly fallen: Set<number>;
}

export interface Ears {
  readonly store: Store;
  readonly planner: WayPlanner;
  readonly proxies: Proxies;
  readonly clock: Clock;
}

/** Turns what the helper says of a tunnel into events of ours. The answer: why the tunnel is over, if it is. */
export function hear(event: HelperEvent, current: Current, ears: Ears): CauseError | undefined {
  const { store, planner, proxies, clock } = ears;
  switch (event.type) {
    case "attempted": {
      const { way, outcome } = event.attempt;
      proxies.complain(current.ways[way], outcome);
      current.fallen.add(way);
      const next = current.ways.find((_, index) => !current.fallen.has(index));
      if (next) store.dispatch({ type: "wayTried", endpoint: endpointOf(next) });
      return undefined;
    }
    case "wayWon": {
      const way = current.ways[event.way];
      if (way === undefined) return undefined;
      planner.won(current.portal, way, "tunnel");
      store.dispatch({ type: "wayWon", endpoint: endpointOf(way) });
      return undefined;
    }
    case "secured":
      store.dispatch({ type: "secured" });
      return undefined;
    case "addressed": {
      const since = new Date(clock.nowMs()).toISOString();
      const { slice, adapter } = event;
      const { ticket } = current;
      const tunnel: Tunnel = { ticket, adapter, slice, since, received: 0, sent: 0, roundTripMs: null };
      store.dispatch({ type: "addressed", tunnel });
      return undefined;
    }
    case "traffic":
      store.dispatch({ type: "trafficCounted", received: event.received, sent: event.sent });
      return undefined;
    case "routesLost":
      store.dispatch({ type: "routesLost", networks: event.networks });
      return undefined;
    case "taken":
      return new CauseError("tunnelReplaced");
    case "closed":
      return new CauseError(event.cause ?? "tunnelLost", event.detail);
    case "leaseRenewed":
    case "networkChanged":
    case "log":
      return undefined;
  }
}

/** The tunnel as faces see it; null while the helper has no address for it. */
export function tunnelOf({ ticket, adapter, slice, since, received, sent }: TunnelStatus): Tunnel | null {
  return slice && { ticket, adapter, slice, since, received, sent, roundTripMs: null };
}
