/**
 * Reads the ALPN protocols out of a TLS ClientHello without answering it (RFC 8446, 4.1.2; RFC 7301). Nothing else of it
 * matters here: whoever terminates the TLS judges the rest.
 */
export type ClientHello =
  | { readonly kind: "incomplete" }
  | { readonly kind: "garbage" }
  | { readonly kind: "hello"; readonly protocols: readonly string[] };

/** No client sends as much: browsers with post-quantum keys send about 2,000 bytes. */
export const maxHelloBytes = 16_384;

const handshakeRecord = 22;
const clientHello = 1;
const alpnExtension = 16;
const recordHeaderBytes = 5;
const messageHeaderBytes = 4;
const garbage: ClientHello = { kind: "garbage" };

export function readClientHello(bytes: Uint8Array): ClientHello {
  const message = handshakeBytes(bytes);
  if (message === undefined) return garbage;
  const type = message[0];
  if (type !== undefined && type !== clientHello) return garbage;
  const header = new Cursor(message);
  const length = header.skip(1) ? header.integer(3) : undefined;
  if (length !== undefined && length + messageHeaderBytes > maxHelloBytes) return garbage;
  const body = length === undefined ? undefined : header.take(length);
  if (body === undefined) return bytes.length >= maxHelloBytes ? garbage : { kind: "incomplete" };
  const protocols = protocolsOf(new Cursor(body));
  return protocols === undefined ? garbage : { kind: "hello", protocols };
}

/**
 * The handshake stream so far, out of its records; undefined when that is no TLS. What stands behind the hello is not ours to judge:
 * a client may send more at once (RFC 8446: early data, change_cipher_spec), and how TCP cuts it must make no difference.
 */
function handshakeBytes(bytes: Uint8Array): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  const header: number[] = [];
  let have = 0;
  let at = 0;
  while (at < bytes.length && have < wholeLength(header)) {
    if (bytes[at] !== handshakeRecord) return undefined;
    const major = bytes[at + 1];
    if (major !== undefined && major !== 3) return undefined;
    if (at + recordHeaderBytes > bytes.length) break;
    const length = ((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0);
    if (length === 0 || length > maxHelloBytes) return undefined;
    const part = bytes.subarray(at + recordHeaderBytes, at + recordHeaderBytes + length);
    parts.push(part);
    header.push(...part.subarray(0, messageHeaderBytes - header.length));
    have += part.length;
    at += recordHeaderBytes + length;
  }
  return parts.length === 1 ? parts[0] : Buffer.concat(parts);
}

/** Length of the message that begins with `header`; without end as long as that is not whole. */
function wholeLength([type, high, middle, low]: readonly number[]): number {
  if (type === undefined || high === undefined || middle === undefined || low === undefined) return Infinity;
  return messageHeaderBytes + ((high << 16) | (middle << 8) | low);
}

/** undefined when a length points outside. */
function protocolsOf(body: Cursor): readonly string[] | undefined {
  if (!body.skip(2 + 32)) return undefined;
  const skipped = body.vector(1) && body.vector(2) && body.vector(1);
  if (skipped === undefined) return undefined;
  if (body.ended()) return [];
  const extensions = body.vector(2);
  if (extensions === undefined) return undefined;
  while (!extensions.ended()) {
    const type = extensions.integer(2);
    const data = extensions.vector(2);
    if (type === undefined || data === undefined) return undefined;
    if (type === alpnExtension) return namesOf(data);
  }
  return [];
}

function namesOf(extension: Cursor): readonly string[] | undefined {
  const list = extension.vector(2);
  if (list === undefined) return undefined;
  const names: string[] = [];
  while (!list.ended()) {
    const name = list.vector(1);
    if (name === undefined) return undefined;
    names.push(name.text());
  }
  return names;
}

/** Steps through bytes; every step that would leave them gives undefined (or false). */
class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  skip(count: number): boolean {
    this.#at += count;
    return this.#at <= this.#bytes.length;
  }

  integer(width: number): number | undefined {
    const bytes = this.take(width);
    return bytes?.reduce((value, byte) => value * 256 + byte, 0);
  }

  take(count: number): Uint8Array | undefined {
    const from = this.#at;
    return this.skip(count) ? this.#bytes.subarray(from, from + count) : undefined;
  }

  /** A run of bytes behind its length of `width` bytes. */
  vector(width: number): Cursor | undefined {
    const length = this.integer(width);
    const bytes = length === undefined ? undefined : this.take(length);
    return bytes === undefined ? undefined : new Cursor(bytes);
  }

  text(): string {
    return Buffer.from(this.#bytes).toString("latin1");
  }
}
