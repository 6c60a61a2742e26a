import { numberToAddress } from "./store/addresses.ts";

/** HAProxy's PROXY protocol, version 2 (haproxy.org/download/2.9/doc/proxy-protocol.txt, section 2.2). */
const signature = Buffer.from("0d0a0d0a000d0a515549540a", "hex");
const fixedBytes = 16;
const mostBytes = 512;
const overTcp4 = 0x11;
const overTcp6 = 0x21;

export interface ProxyHeader {
  /** The caller; null when the proxy speaks for itself (LOCAL). */
  readonly address: string | null;
  /** Length of the header: what follows is the caller's. */
  readonly bytes: number;
}

/** Reads the header at the beginning of a connection; undefined when it is not whole yet. Throws when it is none. */
export function readProxyHeader(begin: Uint8Array): ProxyHeader | undefined {
  const bytes = Buffer.from(begin.buffer, begin.byteOffset, begin.length);
  const seen = Math.min(bytes.length, signature.length);
  if (!bytes.subarray(0, seen).equals(signature.subarray(0, seen))) throw new Error("no PROXY protocol header");
  if (bytes.length < fixedBytes) return undefined;
  const command = bytes.readUInt8(12);
  const total = fixedBytes + bytes.readUInt16BE(14);
  if ((command !== 0x20 && command !== 0x21) || total > mostBytes)
    throw new Error("PROXY protocol header out of bounds");
  if (bytes.length < total) return undefined;
  if (command === 0x20) return { address: null, bytes: total };
  return { address: readAddress(bytes.readUInt8(13), bytes.subarray(fixedBytes, total)), bytes: total };
}

function readAddress(family: number, block: Buffer): string {
  if (family === overTcp4 && block.length >= 12) return numberToAddress(block.readUInt32BE(0));
  if (family === overTcp6 && block.length >= 36) {
    const groups = Array.from({ length: 8 }, (_, index) => block.readUInt16BE(index * 2).toString(16));
    return groups.join(":");
  }
  throw new Error("PROXY protocol header of a family that front does not send");
}
