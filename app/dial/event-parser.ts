/** One event of a `text/event-stream`. */
export interface SentEvent {
  readonly id: string | null;
  readonly data: string;
}

const maxEventChars = 1_048_576;

/**
 * Parses server-sent events (WHATWG HTML, 9.2.6): `id` and `data` count, comments are heartbeats, other fields and
 * events without data are passed over. Throws RangeError when an event grows out of bounds.
 */
export class EventParser {
  // Where a chunk ends must not matter: Node's decoder drops a byte order mark in the middle when a torn character came before.
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #line = "";
  #hasBegun = false;
  #id: string | null = null;
  #data: string[] = [];
  #size = 0;

  push(chunk: Uint8Array): readonly SentEvent[] {
    const text = this.#line + this.#withoutMark(this.#decoder.decode(chunk, { stream: true }));
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    this.#line = lines.pop() ?? "";
    if (this.#line.length > maxEventChars) throw new RangeError("line of an event is too long");
    return lines.flatMap((line) => this.#take(line));
  }

  /** One byte order mark at the very beginning is none of the text (9.2.6). */
  #withoutMark(text: string): string {
    if (this.#hasBegun || text === "") return text;
    this.#hasBegun = true;
    return text.replace(/^\ufeff/, "");
  }

  #take(line: string): readonly SentEvent[] {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "id" && !value.includes("\0")) this.#id = value;
    if (field === "data") {
      this.#size += value.length;
      if (this.#size > maxEventChars) throw new RangeError("event is too large");
      this.#data.push(value);
    }
    return [];
  }

  #dispatch(): readonly SentEvent[] {
    const data = this.#data;
    this.#data = [];
    this.#size = 0;
    return data.length === 0 ? [] : [{ id: this.#id, data: data.join("\n") }];
  }
}
