import { randomInt } from "node:crypto";

/** An IPv4 network: first address as a number, and prefix length. */
export interface Network {
  readonly first: number;
  readonly prefix: number;
}

/** Dotted quad to number. The contract's pattern has been checked before. */
export function addressToNumber(address: string): number {
  return address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

/** Number to dotted quad. */
export function numberToAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

/** Addresses in a network of that prefix length. */
export function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

/** Reads `a.b.c.d/n`; undefined when it is none or has host bits. */
export function parseNetwork(text: string): Network | undefined {
  const found = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(text);
  if (found?.[1] === undefined || found[2] === undefined) return undefined;
  const prefix = Number(found[2]);
  if (prefix > 32 || found[1].split(".").some((octet) => Number(octet) > 255)) return undefined;
  const first = addressToNumber(found[1]);
  return first % sizeOf(prefix) === 0 ? { first, prefix } : undefined;
}

/** A network that is known to be one, from our own database or constants. Throws otherwise. */
export function networkOf(text: string): Network {
  const network = parseNetwork(text);
  if (network === undefined) throw new Error(`${text} is no network`);
  return network;
}

/** `a.b.c.d/n`. */
export function formatNetwork(network: Network): string {
  return `${numberToAddress(network.first)}/${network.prefix}`;
}

/** Whether the two share an address. */
export function overlaps(left: Network, right: Network): boolean {
  return left.first < right.first + sizeOf(right.prefix) && right.first < left.first + sizeOf(left.prefix);
}

/** Whether all of `inner` is in `outer`. */
export function contains(outer: Network, inner: Network): boolean {
  return inner.prefix >= outer.prefix && overlaps(outer, inner);
}

/** The address at `offset` in a network. */
export function addressAt(network: string, offset: number): string {
  return numberToAddress(networkOf(network).first + offset);
}

/** `destination`, which lies in `from`, as it appears when `from` appears as `to` (1:1 NAT). */
export function translate(destination: string, from: string, to: string): string {
  const inner = networkOf(destination);
  const first = inner.first - networkOf(from).first + networkOf(to).first;
  return formatNetwork({ first, prefix: inner.prefix });
}

/** A random network of that size in `pool` that overlaps none of `taken`; undefined when the pool is full. */
export function drawNetwork(pool: string, prefix: number, taken: readonly Network[]): string | undefined {
  const whole = networkOf(pool);
  const count = 2 ** (prefix - whole.prefix);
  const start = randomInt(count);
  for (let step = 0; step < count; step++) {
    const candidate = { first: whole.first + ((start + step) % count) * sizeOf(prefix), prefix };
    if (!taken.some((other) => overlaps(candidate, other))) return formatNetwork(candidate);
  }
  return undefined;
}

const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(networkOf);
const impossibleRanges = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"].map(networkOf);

/** Whether it lies in the ranges of RFC 1918. */
export function isPrivate(network: Network): boolean {
  return privateRanges.some((range) => contains(range, network));
}

/** Whether no machine can have it: this host, loopback, link-local, multicast, reserved. */
export function isImpossible(network: Network): boolean {
  return impossibleRanges.some((range) => overlaps(range, network));
}
