import { maxFrameBytes } from "./constants.ts";
import { ContractError } from "./decoder.ts";

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder("utf-8", { fatal: true });

/** One message of a local socket: 4 bytes length (big endian), then UTF-8 JSON of that many bytes. */
export function encodeFrame(message: unknown): Uint8Array {
  const body = textEncoder.encode(JSON.stringify(message));
  if (body.length > maxFrameBytes) throw new ContractError("frame", "", `${body.length} bytes are too many`);
  const frame = new Uint8Array(4 + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, 4);
  return frame;
}

/**
 * Cuts a byte stream into messages. The length is judged before any memory is taken for it.
 * After an error the stream is lost: close it.
 */
export class FrameReader {
  #pending: Uint8Array = new Uint8Array(0);

  /** Takes what arrived and returns the messages that are whole by now. Throws {@link ContractError}. */
  push(chunk: Uint8Array): unknown[] {
    this.#pending = this.#pending.length === 0 ? chunk : concat(this.#pending, chunk);
    const messages: unknown[] = [];
    for (;;) {
      const message = this.#next();
      if (message === undefined) return messages;
      messages.push(message.value);
    }
  }

  /** Bytes behind the last whole frame: what follows when a stream turns from frames to raw bytes. */
  rest(): Uint8Array {
    return this.#pending;
  }

  /** Takes exactly one message, leaving all that follows in {@link rest}; undefined when none is whole. */
  pushOne(chunk: Uint8Array): { readonly value: unknown } | undefined {
    if (chunk.length > 0) this.#pending = this.#pending.length === 0 ? chunk : concat(this.#pending, chunk);
    return this.#next();
  }

  #next(): { readonly value: unknown } | undefined {
    if (this.#pending.length < 4) return undefined;
    const length = new DataView(this.#pending.buffer, this.#pending.byteOffset).getUint32(0);
    if (length === 0 || length > maxFrameBytes)
      throw new ContractError("frame", "", `length ${length} is out of bounds`);
    if (this.#pending.length < 4 + length) return undefined;
    const body = this.#pending.subarray(4, 4 + length);
    this.#pending = this.#pending.subarray(4 + length);
    try {
      return { value: JSON.parse(textDecoder.decode(body)) };
    } catch (error) {
      throw new ContractError("frame", "", error instanceof Error ? error.message : "is no JSON");
    }
  }
}

function concat(left: Uint8Array, right: Uint8Array): Uint8Array {
  const joined = new Uint8Array(left.length + right.length);
  joined.set(left);
  joined.set(right, left.length);
  return joined;
}
