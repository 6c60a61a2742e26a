import type { MachineNetwork } from "../../contract/portal.ts";
import type { Network } from "./networks.ts";
import { overlaps, parseAddress, parseNetwork } from "./networks.ts";

/** Something that a machine's network must not collide with. */
export interface Occupant {
  readonly network: string;
  /** The other machine whose network it is; null where it is this computer's own. */
  readonly machine: string | null;
  /** Where this computer stands in it; null for another machine, the portal and the proxy. */
  readonly adapter: string | null;
}

export interface Overlap {
  readonly network: string;
  readonly local: string;
  readonly other: string | null;
  readonly adapter: string | null;
}

/** Where a machine's network appears for the laptop: its stand-in if it has one. */
export function reachableAs(network: MachineNetwork): string {
  return network.standIn ?? network.network;
}

/** An address that must stay reachable outside the tunnel (portal, proxy). IPv6 cannot collide inside. */
export function protectedOccupant(address: string): Occupant | undefined {
  return parseAddress(address) === undefined ? undefined : { network: `${address}/32`, machine: null, adapter: null };
}

/** The first of `networks` that shares an address with an occupant; a network that cannot be parsed is the helper's to refuse. */
export function findOverlap(networks: readonly MachineNetwork[], occupants: readonly Occupant[]): Overlap | undefined {
  for (const candidate of networks) {
    const network = parseNetwork(reachableAs(candidate));
    const hit = network && occupants.find((occupant) => collides(network, occupant));
    if (hit) return { network: reachableAs(candidate), local: hit.network, other: hit.machine, adapter: hit.adapter };
  }
  return undefined;
}

function collides(network: Network, occupant: Occupant): boolean {
  const taken = parseNetwork(occupant.network);
  return taken !== undefined && overlaps(network, taken);
}
