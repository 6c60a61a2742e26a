import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * Keys of OpenVPN's tls-crypt-v2. Source of every fact here: `doc/tls-crypt-v2.txt` and `src/openvpn/tls_crypt.c` of OpenVPN 2.6,
 * checked against the real program in key.test.ts.
 *
 * A server key is 128 bytes: cipher[64] and hmac[64], of which the first 32 each are used (Ke, Ka). A client key is Kc (256 bytes)
 * and WKc, the same Kc wrapped under the server key:
 *
 *     len = 32 + 256 + metadata + 2, as uint16
 *     T   = HMAC-SHA256(Ka, len || Kc || metadata)
 *     WKc = T || AES-256-CTR(Ke, IV = T[0..15], Kc || metadata) || len
 */
export interface ServerKey {
  readonly cipherKey: Uint8Array;
  readonly authenticationKey: Uint8Array;
}

/** What a wrapped client key holds. `metadata` begins with its type byte; empty when there is none. */
export interface ClientKey {
  readonly kc: Uint8Array;
  readonly metadata: Uint8Array;
}

export const kcBytes = 256;
const serverKeyBytes = 128;
const tagBytes = 32;
const lengthBytes = 2;
/** Shortest and longest WKc that OpenVPN takes (`TLS_CRYPT_V2_MAX_WKC_LEN`). */
export const minWrappedBytes = tagBytes + kcBytes + lengthBytes;
export const maxWrappedBytes = 1024;
export const maxMetadataBytes = maxWrappedBytes - minWrappedBytes;

const serverLabel = "OpenVPN tls-crypt-v2 server key";
const clientLabel = "OpenVPN tls-crypt-v2 client key";

/** A fresh server key as PEM, as `openvpn --genkey tls-crypt-v2-server` writes it. */
export function newServerKey(): string {
  return encodePem(serverLabel, randomBytes(serverKeyBytes));
}

/** Reads a server key. Throws when the text is none. */
export function parseServerKey(pem: string): ServerKey {
  const bytes = decodePem(serverLabel, pem);
  if (bytes.length !== serverKeyBytes) throw new Error(`a tls-crypt-v2 server key has ${serverKeyBytes} bytes`);
  return { cipherKey: bytes.subarray(0, 32), authenticationKey: bytes.subarray(64, 96) };
}

/** A fresh client key as PEM, wrapped under `serverKey`. `metadata` begins with its type byte. */
export function mintClientKey(serverKey: ServerKey, metadata: Uint8Array): string {
  const kc = randomBytes(kcBytes);
  return encodePem(clientLabel, Buffer.concat([kc, wrapKey(serverKey, kc, metadata)]));
}

/** Reads a client key: Kc and the wrapped key that the client sends along. Throws when the text is none. */
export function parseClientKey(pem: string): { readonly kc: Uint8Array; readonly wrapped: Uint8Array } {
  const bytes = decodePem(clientLabel, pem);
  const wrapped = bytes.subarray(kcBytes);
  if (wrapped.length < minWrappedBytes || wrapped.length > maxWrappedBytes) {
    throw new Error("a tls-crypt-v2 client key of that length does not exist");
  }
  return { kc: bytes.subarray(0, kcBytes), wrapped };
}

/** WKc of `kc` under `serverKey`. Throws when `metadata` is longer than OpenVPN takes. */
export function wrapKey(serverKey: ServerKey, kc: Uint8Array, metadata: Uint8Array): Uint8Array {
  if (kc.length !== kcBytes) throw new Error(`Kc has ${kcBytes} bytes`);
  if (metadata.length > maxMetadataBytes) throw new Error(`metadata of ${metadata.length} bytes does not fit`);
  const length = uint16(minWrappedBytes + metadata.length);
  const tag = tagOf(serverKey, length, kc, metadata);
  const cipher = createCipheriv("aes-256-ctr", serverKey.cipherKey, tag.subarray(0, 16));
  return Buffer.concat([tag, cipher.update(kc), cipher.update(metadata), cipher.final(), length]);
}

/** Opens a WKc; undefined when it is not one that `serverKey` wrapped. The tag is compared in constant time. */
export function unwrapKey(serverKey: ServerKey, wrapped: Uint8Array): ClientKey | undefined {
  if (wrapped.length < minWrappedBytes || wrapped.length > maxWrappedBytes) return undefined;
  const length = wrapped.subarray(wrapped.length - lengthBytes);
  if (readUint16(length) !== wrapped.length) return undefined;
  const tag = wrapped.subarray(0, tagBytes);
  const decipher = createDecipheriv("aes-256-ctr", serverKey.cipherKey, tag.subarray(0, 16));
  const plain = Buffer.concat([
    decipher.update(wrapped.subarray(tagBytes, wrapped.length - lengthBytes)),
    decipher.final(),
  ]);
  const kc = plain.subarray(0, kcBytes);
  const metadata = plain.subarray(kcBytes);
  if (!timingSafeEqual(tag, tagOf(serverKey, length, kc, metadata))) return undefined;
  return { kc, metadata };
}

function tagOf(serverKey: ServerKey, length: Uint8Array, kc: Uint8Array, metadata: Uint8Array): Uint8Array {
  return createHmac("sha256", serverKey.authenticationKey).update(length).update(kc).update(metadata).digest();
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function readUint16(bytes: Uint8Array): number {
  return ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
}

function encodePem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

function decodePem(label: string, pem: string): Uint8Array {
  const found = new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`).exec(pem);
  if (found?.[1] === undefined) throw new Error(`this is no ${label}`);
  return Buffer.from(found[1].replace(/\s/g, ""), "base64");
}
