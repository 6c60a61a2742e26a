import type { Flow } from "../../contract/exchange.ts";
import type { Slice } from "./addresses.ts";
import { contains, formatIpv4, prefixOf, rangeOf } from "./addresses.ts";

/**
 * From rights to elements of nftables sets. The kernel refuses an element that overlaps another of its set (nft_set_pipapo.c),
 * and rights overlap freely: "tcp 1-1000 of the network" and "tcp 502 of the PLC". So they are made disjoint first.
 */
export interface Openings {
  /** Networks that are open for everything, and for ICMP. */
  readonly any: readonly string[];
  readonly icmp: readonly string[];
  /** `network . protocol . ports` */
  readonly ported: readonly string[];
}

type PortRange = readonly [number, number];

const allPorts: PortRange = [0, 65_535];

/** What one technician's flows open. */
export function openingsOf(flows: readonly Flow[], slices: readonly [Slice, Slice]): Openings {
  const primary = flows.map((flow) => ({ ...flow, destination: toPrimary(flow.destination, slices) }));
  return {
    any: outermost(primary.filter((flow) => flow.protocol === "any")),
    icmp: outermost(primary.filter((flow) => flow.protocol === "icmp")),
    ported: [...ported(primary, "tcp"), ...ported(primary, "udp")],
  };
}

/** Routers only know the primary slice: a destination in the second one is 1:1 the same offset in the primary. */
function toPrimary(destination: string, [primary, second]: readonly [Slice, Slice]): string {
  const { first } = rangeOf(destination);
  if (!contains(second.range, first) || prefixOf(destination) < second.prefix) return destination;
  return `${formatIpv4(first - second.range.first + primary.range.first)}/${prefixOf(destination)}`;
}

/** Networks that lie in no other of the list. */
function outermost(flows: readonly Flow[]): readonly string[] {
  const networks = new Set(flows.map((flow) => flow.destination));
  return [...networks].filter((network) => ancestors(network, networks).length === 0).map(addressText);
}

function ported(flows: readonly Flow[], protocol: "tcp" | "udp"): readonly string[] {
  const byNetwork = new Map<string, PortRange[]>();
  for (const flow of flows) {
    if (flow.protocol !== protocol) continue;
    const ports = byNetwork.get(flow.destination) ?? [];
    byNetwork.set(flow.destination, ports);
    ports.push(flow.ports ?? allPorts);
  }
  const networks = new Set(byNetwork.keys());
  return [...networks].flatMap((network) => {
    const outer = ancestors(network, networks).flatMap((wider) => byNetwork.get(wider) ?? []);
    const own = subtract(union(byNetwork.get(network) ?? []), union(outer));
    return own.map(([first, last]) => {
      const ports = first === last ? `${first}` : `${first}-${last}`;
      return `${addressText(network)} . ${protocol} . ${ports}`;
    });
  });
}

/** Networks of `all` that contain `network`. One look-up per shorter prefix: networks nest or are disjoint. */
function ancestors(network: string, all: ReadonlySet<string>): readonly string[] {
  const { first } = rangeOf(network);
  return Array.from({ length: prefixOf(network) }, (_, prefix) => {
    const size = 2 ** (32 - prefix);
    return `${formatIpv4(first - (first % size))}/${prefix}`;
  }).filter((wider) => all.has(wider));
}

/** Sorted, merged where they touch. */
export function union(ranges: readonly PortRange[]): readonly PortRange[] {
  const merged: [number, number][] = [];
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const previous = merged.at(-1);
    if (previous !== undefined && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

/** What of `ranges` lies in none of `holes`. Both as {@link union} gives them. */
export function subtract(ranges: readonly PortRange[], holes: readonly PortRange[]): readonly PortRange[] {
  return ranges.flatMap(([first, last]) => {
    const left: PortRange[] = [];
    let from = first;
    for (const [holeFirst, holeLast] of holes) {
      if (holeLast < from || holeFirst > last) continue;
      if (holeFirst > from) left.push([from, holeFirst - 1]);
      from = holeLast + 1;
    }
    if (from <= last) left.push([from, last]);
    return left;
  });
}

function addressText(network: string): string {
  return prefixOf(network) === 32 ? network.slice(0, -3) : network;
}
