import type { MachineNetwork } from "../../contract/portal.ts";
import type { Network } from "./networks.ts";
import { overlaps, parseAddress, parseNetwork } from "./networks.ts";

/** Something that a machine's network must not collide with. */
export interface Occupant {
  readonly network: string;
  /** The other machine whose network it is; null where it is this computer's own. */
  readonly machine: string | null;
  /** Where this computer stands in it; null for another machine and for what must stay reachable. */
  readonly adapter: string | null;
  /** An address that this computer needs outside the tunnel. */
  readonly needed?: Needed;
}

/** Why an address must stay outside the tunnel. */
export type Needed = "portal" | "proxy" | "gateway" | "nameServer";

export interface Overlap {
  readonly network: string;
  readonly local: string;
  readonly other: string | null;
  readonly adapter: string | null;
  readonly needed: Needed | null;
}

/** Where a machine's network appears for the laptop: its stand-in if it has one. */
export function reachableAs(network: MachineNetwork): string {
  return network.standIn ?? network.network;
}

/** An address that must stay reachable outside the tunnel. IPv6 cannot collide inside. */
export function protectedOccupant(address: string, needed: Needed): Occupant | undefined {
  if (parseAddress(address) === undefined) return undefined;
  return { network: `${address}/32`, machine: null, adapter: null, needed };
}

/** The first of `networks` that shares an address with an occupant; a network that cannot be parsed is the helper's to refuse. */
export function findOverlap(networks: readonly MachineNetwork[], occupants: readonly Occupant[]): Overlap | undefined {
  for (const candidate of networks) {
    const network = parseNetwork(reachableAs(candidate));
    const hit = network && occupants.find((occupant) => collides(network, occupant));
    if (hit === undefined) continue;
    const { network: local, machine: other, adapter, needed = null } = hit;
    return { network: reachableAs(candidate), local, other, adapter, needed };
  }
  return undefined;
}

/** Those of `networks` that share an address with an occupant: what a stand-in prefix would cure. */
export function findOverlaps(
  networks: readonly MachineNetwork[],
  occupants: readonly Occupant[],
): readonly MachineNetwork[] {
  return networks.filter((network) => findOverlap([network], occupants) !== undefined);
}

function collides(network: Network, occupant: Occupant): boolean {
  const taken = parseNetwork(occupant.network);
  return taken !== undefined && overlaps(network, taken);
}
