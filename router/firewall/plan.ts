import type { Network } from "../../app/core/networks.ts";
import { covers, overlaps, parseNetwork } from "../../app/core/networks.ts";
import { standInPool } from "../../contract/constants.ts";
import type { Slice } from "../../contract/helper.ts";
import type { RouterTicket } from "../../contract/portal.ts";
import { type InterfaceName, isInterfaceName, tunnelPrefix } from "../interface-name.ts";

export type RouterLan = RouterTicket["lans"][number];

/** A LAN as the rules speak of it. */
export interface ServedLan {
  readonly network: Network;
  readonly standIn: Network | null;
  readonly sourceNat: boolean;
}

/** All that the rules depend on. Nothing in it is free text. */
export interface FirewallPlan {
  readonly lan: InterfaceName;
  readonly wan: InterfaceName;
  /** Null: no tunnel; then nothing comes from one. */
  readonly tunnel: TunnelPlan | null;
}

export interface TunnelPlan {
  readonly adapter: InterfaceName;
  /** Networks of the account: nobody else's packets come out of the tunnel. */
  readonly slices: readonly Network[];
  readonly lans: readonly ServedLan[];
}

export interface Choice {
  readonly served: readonly ServedLan[];
  /** LANs that cannot be served as the portal wants them, as the portal wrote them. */
  readonly refused: readonly string[];
}

// Shorter ones are no machine's LAN, and one of them would let the tunnel reach everything behind the interface.
const shortestPrefix = 8;

/**
 * Which LANs of a ticket are served. A LAN is refused when it is no network, covers the account's own, has a stand-in of
 * another size or outside of the pool, or appears where another one does; the others work on.
 */
export function chooseLans(lans: readonly RouterLan[], slices: readonly Network[]): Choice {
  const served: ServedLan[] = [];
  const refused: string[] = [];
  for (const lan of lans) {
    const parsed = parseLan(lan);
    if (parsed !== undefined && isFree(parsed, served, slices)) served.push(parsed);
    else refused.push(lan.network);
  }
  return { served, refused };
}

/** The account's networks of a ticket. What is no network is left out: nothing is allowed from it then. */
export function networksOf(slices: readonly Slice[]): readonly Network[] {
  return slices.flatMap((slice) => parseNetwork(slice.network) ?? []);
}

/** Whether the helper's adapter is one that the standing rules know, also while there is no tunnel. */
export function isTunnelAdapter(name: string): name is InterfaceName {
  return isInterfaceName(name) && name.startsWith(tunnelPrefix);
}

function parseLan(lan: RouterLan): ServedLan | undefined {
  const network = parseNetwork(lan.network);
  if (network === undefined || network.prefix < shortestPrefix) return undefined;
  if (lan.standIn === null) return { network, standIn: null, sourceNat: lan.sourceNat };
  const standIn = parseNetwork(lan.standIn);
  const pool = parseNetwork(standInPool);
  if (standIn === undefined || pool === undefined) return undefined;
  if (standIn.prefix !== network.prefix || !covers(pool, standIn)) return undefined;
  return { network, standIn, sourceNat: lan.sourceNat };
}

function isFree(lan: ServedLan, served: readonly ServedLan[], slices: readonly Network[]): boolean {
  if (slices.some((slice) => overlaps(slice, lan.network))) return false;
  return !served.some(
    (other) =>
      overlaps(other.network, lan.network) ||
      (other.standIn !== null && lan.standIn !== null && overlaps(other.standIn, lan.standIn)),
  );
}
