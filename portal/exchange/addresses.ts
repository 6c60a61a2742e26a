/** IPv4 arithmetic and everything that follows from an account's number and slices. Pure. */

/** Addresses `first` to `last` as unsigned 32-bit numbers. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** front's and our end of every link into an account's namespace. */
export const portalLinkAddress = "169.254.64.1";

/** The TUN that all routers of an account share. */
export const routersDevice = "tunr";

/** Names and numbers of an account on this host. */
export interface Place {
  readonly namespace: string;
  readonly namespacePath: string;
  /** Our end of the link; the other is called `front`. */
  readonly link: string;
  readonly linkAddress: string;
  /** uid and gid of the account's OpenVPN processes, and of its DHCP server, which may read none of their keys. */
  readonly uid: number;
  readonly dhcpUid: number;
}

const namespacePrefix = "anslut-";
const firstUid = 200_000;
const firstDhcpUid = 250_000;
const firstLink = parseIpv4("169.254.65.0");

export function placeOf(index: number): Place {
  const namespace = `${namespacePrefix}${index}`;
  return {
    namespace,
    namespacePath: `/run/netns/${namespace}`,
    link: namespace,
    linkAddress: formatIpv4(firstLink + index),
    uid: firstUid + index,
    dhcpUid: firstDhcpUid + index,
  };
}

/** Whether a namespace or link is named as ours are: what a dead exchange left behind. */
export function isOurName(name: string): boolean {
  return /^anslut-\d{1,5}$/.test(name);
}

/** One of the two slices of an account. */
export interface Slice {
  readonly network: string;
  readonly prefix: number;
  readonly mask: string;
  /** The account's own address, where the echo answers technicians: offset 1. */
  readonly gateway: string;
  /** The routers' server: the middle of the slice. */
  readonly routerGateway: string;
  /** Lower half, technicians. Upper half, routers. */
  readonly technicians: string;
  readonly routers: string;
  readonly range: Range;
}

export function sliceOf(network: string): Slice {
  const range = rangeOf(network);
  const prefix = prefixOf(network);
  const middle = range.first + (range.last - range.first + 1) / 2;
  return {
    network,
    prefix,
    mask: maskOf(prefix),
    gateway: formatIpv4(range.first + 1),
    routerGateway: formatIpv4(middle),
    technicians: `${formatIpv4(range.first)}/${prefix + 1}`,
    routers: `${formatIpv4(middle)}/${prefix + 1}`,
    range,
  };
}

const firstTechnicianOffset = 16;

/** Whether these are one technician's addresses: the same offset, past the reserved ones, in the lower half of both slices. */
export function areTechnicians(addresses: readonly [string, string], slices: readonly [Slice, Slice]): boolean {
  const [primary, second] = addresses.map((address, index) => parseIpv4(address) - (slices[index]?.range.first ?? 0));
  const half = (slices[0].range.last - slices[0].range.first + 1) / 2;
  return primary !== undefined && primary === second && primary >= firstTechnicianOffset && primary < half;
}

/** Whether this is a router's address: in the upper half of the primary slice, past the server's own. */
export function isRouter(address: string, primary: Slice): boolean {
  const value = parseIpv4(address);
  return contains(rangeOf(primary.routers), value) && address !== primary.routerGateway;
}

/** Whether a MAC address is that of many (broadcast, multicast). */
export function isGroupMac(mac: string): boolean {
  return Number.parseInt(mac.slice(0, 2), 16) % 2 === 1;
}

export function parseIpv4(address: string): number {
  return address.split(".").reduce((value, octet) => value * 256 + Number(octet), 0);
}

export function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

export function prefixOf(network: string): number {
  return Number(network.slice(network.indexOf("/") + 1));
}

export function maskOf(prefix: number): string {
  return formatIpv4(2 ** 32 - 2 ** (32 - prefix));
}

/** The addresses of a network. Host bits are ignored; see {@link isNetwork}. */
export function rangeOf(network: string): Range {
  const size = 2 ** (32 - prefixOf(network));
  const address = parseIpv4(network.slice(0, network.indexOf("/")));
  const first = address - (address % size);
  return { first, last: first + size - 1 };
}

/** Whether a CIDR names a network and not an address in one: its host bits are zero. */
export function isNetwork(cidr: string): boolean {
  return parseIpv4(cidr.slice(0, cidr.indexOf("/"))) === rangeOf(cidr).first;
}

export function contains(range: Range, address: number): boolean {
  return range.first <= address && address <= range.last;
}

export function overlap(left: Range, right: Range): boolean {
  return left.first <= right.last && right.first <= left.last;
}

/** Networks that no router may bring: they would cover this host, the link to it, or what nobody routes. */
const forbidden: readonly Range[] = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"].map(rangeOf);

/** Whether a router of an account with these slices may be the way to `network`. */
export function canRoute(network: string, slices: readonly Slice[]): boolean {
  const range = rangeOf(network);
  if (!isNetwork(network) || prefixOf(network) < 8) return false;
  return ![...forbidden, ...slices.map((slice) => slice.range)].some((other) => overlap(range, other));
}
