/** IPv4 addresses and networks as numbers: parsing, containment, overlap. Pure. */

/** An IPv4 network; `base` is its first address as an unsigned 32-bit number. */
export interface Network {
  readonly base: number;
  readonly prefix: number;
}

const octet = /^(?:0|[1-9][0-9]{0,2})$/;

/** The address as an unsigned 32-bit number; undefined when `text` is none (leading zeros are refused: some read them as octal). */
export function parseAddress(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => octet.test(part) && Number(part) <= 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

/** Parses `a.b.c.d/n`; undefined when it is no network or host bits are set. */
export function parseNetwork(cidr: string): Network | undefined {
  const network = parseLoosely(cidr);
  return network !== undefined && (network.base & ~maskOf(network.prefix)) === 0 ? network : undefined;
}

/** The network that an address with prefix length (`192.168.0.17/24`) stands in; undefined when it is none. */
export function networkOf(cidr: string): Network | undefined {
  const network = parseLoosely(cidr);
  return network && { base: (network.base & maskOf(network.prefix)) >>> 0, prefix: network.prefix };
}

function parseLoosely(cidr: string): Network | undefined {
  const [address, prefix, ...more] = cidr.split("/");
  if (address === undefined || prefix === undefined || more.length > 0) return undefined;
  const base = parseAddress(address);
  if (base === undefined || !/^(?:0|[1-9][0-9]?)$/.test(prefix) || Number(prefix) > 32) return undefined;
  return { base, prefix: Number(prefix) };
}

export function formatNetwork(network: Network): string {
  return `${formatAddress(network.base)}/${network.prefix}`;
}

/** Whether `address` lies in `network`. */
export function contains(network: Network, address: number): boolean {
  return (address & maskOf(network.prefix)) >>> 0 === network.base;
}

/** Whether all of `inner` lies in `outer`. */
export function covers(outer: Network, inner: Network): boolean {
  return outer.prefix <= inner.prefix && contains(outer, inner.base);
}

/** Whether the two share an address. Two networks do so only if one covers the other. */
export function overlaps(left: Network, right: Network): boolean {
  return covers(left, right) || covers(right, left);
}

/** The smallest network that covers both. */
export function longestCommon(left: Network, right: Network): Network {
  let prefix = Math.min(left.prefix, right.prefix);
  while (prefix > 0 && (left.base & maskOf(prefix)) !== (right.base & maskOf(prefix))) prefix--;
  return { base: (left.base & maskOf(prefix)) >>> 0, prefix };
}

/** The same text for the same set of networks: no network twice, in ascending order. Unparsable ones are left out. */
export function uniqueNetworks(cidrs: readonly string[]): readonly string[] {
  const seen = new Map<string, Network>();
  for (const cidr of cidrs) {
    const network = parseNetwork(cidr);
    if (network) seen.set(formatNetwork(network), network);
  }
  return [...seen.values()].sort((a, b) => a.base - b.base || a.prefix - b.prefix).map(formatNetwork);
}

function maskOf(prefix: number): number {
  return prefix === 0 ? 0 : -1 << (32 - prefix);
}
