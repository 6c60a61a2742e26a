import { createDecipheriv, createHmac, timingSafeEqual } from "node:crypto";
import { packetOffsets } from "./first-packet.ts";

/** Where client → server keys lie in Kc: its second half (tls_crypt.c, `tls_crypt_v2_load_client_key`). */
const cipherKeyAt = 128;
const authenticationKeyAt = 192;
const keyBytes = 32;

/**
 * Whether the sender of a first packet owns Kc, so that a wrapped key read off the wire is worth nothing by itself:
 * tag = HMAC-SHA256(Ka, opcode … packet id || plaintext), ciphertext = AES-256-CTR(Ke, IV = tag[0..15]).
 * `head` is the packet up to its WKc, which the tag does not cover.
 */
export function ownsKey(kc: Uint8Array, head: Uint8Array): boolean {
  const tag = head.subarray(packetOffsets.tag, packetOffsets.ciphertext);
  const cipherKey = kc.subarray(cipherKeyAt, cipherKeyAt + keyBytes);
  const decipher = createDecipheriv("aes-256-ctr", cipherKey, tag.subarray(0, 16));
  const plain = decipher.update(head.subarray(packetOffsets.ciphertext, packetOffsets.wrapped));
  const expected = createHmac("sha256", kc.subarray(authenticationKeyAt, authenticationKeyAt + keyBytes))
    .update(head.subarray(packetOffsets.opcode, packetOffsets.tag))
    .update(plain)
    .digest();
  return timingSafeEqual(tag, expected);
}
