import { maxWrappedBytes, minWrappedBytes } from "../tls-crypt/key.ts";

/**
 * The first packet of an OpenVPN client with a tls-crypt-v2 key, over TCP (`P_CONTROL_HARD_RESET_CLIENT_V3`, ssl_pkt.c and
 * tls_crypt.c of OpenVPN 2.6):
 *
 *     0  2  length of what follows        19 32  tls-crypt tag
 *     2  1  opcode 10 << 3 | key id 0     51  5  ciphertext of no acknowledgements and message id 0
 *     3  8  session id                    56     WKc; its last two bytes are its length
 *    11  8  packet id and time
 */
export const packetOffsets = { length: 0, opcode: 2, tag: 19, ciphertext: 51, wrapped: 56 } as const;
const lengthBytes = 2;
const headBytes = packetOffsets.wrapped - lengthBytes;
export const minPacketLength = headBytes + minWrappedBytes;
export const maxPacketLength = headBytes + maxWrappedBytes;
const opcodeByte = 10 << 3;
const handshakeRecord = 0x16;

/** What a connection turned out to be by the bytes so far. `garbage` is closed without a word. */
export type Opening =
  | { readonly kind: "incomplete" }
  | { readonly kind: "garbage" }
  | { readonly kind: "tls" }
  | {
      readonly kind: "tunnel";
      /** The packet without its WKc: what the tag covers, and what tells one dial from another. */
      readonly head: Uint8Array;
      readonly wrapped: Uint8Array;
      /** What the client sent behind the packet. */
      readonly rest: Uint8Array;
    };

const incomplete: Opening = { kind: "incomplete" };
const garbage: Opening = { kind: "garbage" };

/**
 * Judges the first bytes of a stranger. Each byte is judged as soon as it is there, so that whoever speaks something
 * else is gone at once and not after a timeout.
 */
export function readOpening(bytes: Uint8Array): Opening {
  const [first, second, opcode] = bytes;
  if (first === undefined) return incomplete;
  if (first === handshakeRecord) return { kind: "tls" };
  if (first > maxPacketLength >> 8) return garbage;
  if (second === undefined) return incomplete;
  const length = (first << 8) | second;
  if (length < minPacketLength || length > maxPacketLength) return garbage;
  if (opcode === undefined) return incomplete;
  if (opcode !== opcodeByte) return garbage;
  const end = lengthBytes + length;
  if (bytes.length < end) return incomplete;
  const wrapped = bytes.subarray(packetOffsets.wrapped, end);
  const claimed = ((bytes[end - 2] ?? 0) << 8) | (bytes[end - 1] ?? 0);
  if (claimed !== wrapped.length) return garbage;
  return { kind: "tunnel", head: bytes.subarray(0, packetOffsets.wrapped), wrapped, rest: bytes.subarray(end) };
}

/** The same packet with another WKc, its length field corrected. */
export function withWrapped(head: Uint8Array, wrapped: Uint8Array): Uint8Array {
  const packet = Buffer.concat([head, wrapped]);
  packet.writeUInt16BE(packet.length - lengthBytes, packetOffsets.length);
  return packet;
}
