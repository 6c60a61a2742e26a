import type { MachineNetwork } from "../../../../contract/portal.ts";
import { contains, formatAddress, parseAddress, parseNetwork } from "../../../core/networks.ts";

/** Addresses of a machine's devices, as the machine knows them and as this computer reaches them. */

type Pair = Pick<MachineNetwork, "network" | "standIn">;

/** Under which address this computer reaches a device; undefined when it lies in none of the networks. */
export function asReached(networks: readonly Pair[], address: string): string | undefined {
  return moved(networks, address, ({ network, standIn }) => [network, standIn ?? network]);
}

/** How the machine knows a device that this computer reaches under `address`; undefined when it lies in none of the networks. */
export function asKnown(networks: readonly Pair[], address: string): string | undefined {
  return moved(networks, address, ({ network, standIn }) => [standIn ?? network, network]);
}

// A stand-in is as large as what it stands in for, and the host part stays.
function moved(
  networks: readonly Pair[],
  address: string,
  way: (pair: Pair) => readonly [string, string],
): string | undefined {
  const given = parseAddress(address);
  if (given === undefined) return undefined;
  for (const pair of networks) {
    const [from, to] = way(pair).map(parseNetwork);
    if (from === undefined || to === undefined || !contains(from, given)) continue;
    return formatAddress(to.base + (given - from.base));
  }
  return undefined;
}

/** What people paste around an address: blanks, a prefix length, a scheme, a path. Undefined when no address is in it. */
export function cleanAddress(typed: string): string | undefined {
  const bare = typed
    .trim()
    .replace(/^[a-z]+:\/\//i, "")
    .replace(/[/:].*$/, "");
  return parseAddress(bare) === undefined ? undefined : bare;
}

/** Ports as people list them; undefined when something in it is no port, or there are more than the agent takes. */
export function cleanPorts(typed: string): readonly number[] | undefined {
  const words = typed.split(/[\s,;]+/).filter((word) => word !== "");
  const ports = words.map((word) => (/^\d{1,5}$/.test(word) ? Number(word) : 0));
  if (ports.some((port) => port < 1 || port > 65_535) || ports.length > 32) return undefined;
  return [...new Set(ports)];
}
