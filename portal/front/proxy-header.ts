import { isIPv4, isIPv6 } from "node:net";

/** PROXY protocol v2 (haproxy's proxy-protocol.txt, 2.2): who really called, for `web` behind its Unix socket. */
const signature = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
const versionAndProxyCommand = 0x21;
const tcpOverIpv4 = 0x11;
const tcpOverIpv6 = 0x21;

export interface Ends {
  /** IPv4 or IPv6 address of the caller, and ours that was called. Never `::ffff:…`. */
  readonly caller: string;
  readonly callerPort: number;
  readonly called: string;
  readonly calledPort: number;
}

/** The header that goes before the caller's bytes. */
export function proxyHeader(ends: Ends): Uint8Array {
  const isV4 = isIPv4(ends.caller) && isIPv4(ends.called);
  const addresses = [ends.caller, ends.called].map((address) => (isV4 ? ipv4Bytes(address) : ipv6Bytes(address)));
  const tail = Buffer.alloc(4);
  tail.writeUInt16BE(ends.callerPort, 0);
  tail.writeUInt16BE(ends.calledPort, 2);
  const body = Buffer.concat([...addresses, tail]);
  const head = Buffer.from([versionAndProxyCommand, isV4 ? tcpOverIpv4 : tcpOverIpv6, body.length >> 8, body.length]);
  return Buffer.concat([signature, head, body]);
}

/** An address as people write it: IPv4 that a dual-stack socket shows as `::ffff:192.0.2.1`, IPv6 without a zone. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped?.[1] ?? address.replace(/%.*$/, "");
}

/** What limits count by: an IPv4 address, or the /64 that one IPv6 customer has to himself. */
export function neighbourhood(address: string): string {
  return isIPv6(address) ? ipv6Bytes(address).subarray(0, 8).toString("hex") : address;
}

function ipv4Bytes(address: string): Buffer {
  return Buffer.from(address.split(".").map(Number));
}

function ipv6Bytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.concat([Buffer.alloc(10), Buffer.from([0xff, 0xff]), ipv4Bytes(address)]);
  const [left = "", right] = dottedToGroups(address).split("::");
  const before = groups(left);
  const after = right === undefined ? [] : groups(right);
  const missing = new Array<number>(8 - before.length - after.length).fill(0);
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...before, ...missing, ...after].entries()) bytes.writeUInt16BE(group, index * 2);
  return bytes;
}

/** `::1.2.3.4` → `::102:304` */
function dottedToGroups(address: string): string {
  return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => {
    const pair = (high: string, low: string) => (Number(high) * 256 + Number(low)).toString(16);
    return `${pair(a, b)}:${pair(c, d)}`;
  });
}

function groups(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}
