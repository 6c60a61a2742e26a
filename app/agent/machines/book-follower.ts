import type { BookEntry, BookPart } from "../../../contract/agent.ts";
import { CauseError } from "../../../contract/causes.ts";
import { maxFrameBytes } from "../../../contract/constants.ts";
import type { Book } from "./book.ts";

const mostEntries = 500;
/** Of a frame; the rest is for what stands around the entries. */
const mostBytes = maxFrameBytes - 65_536;

/**
 * What one face has not been told yet. It is told as fast as it reads, and of a machine that changed ten times meanwhile only what
 * it is then: a slow face costs no memory.
 */
export class BookFollower {
  readonly #pending = new Set<string>();
  #book: Book | null = null;
  #isWhole = true;
  #told = "";
  #wake: () => void = () => undefined;

  /** Begins anew with another book, or none. */
  turnTo(book: Book | null): void {
    this.#book = book;
    this.#isWhole = true;
    this.#pending.clear();
    for (const id of book?.ids ?? []) this.#pending.add(id);
    this.#wake();
  }

  /** This machine changed; null: how old the book is. */
  changed(machine: string | null): void {
    if (machine !== null) this.#pending.add(machine);
    this.#wake();
  }

  /** Sends parts until the signal, then throws `cancelled`. `loads`: whether a first list is on its way. */
  async run(send: (part: BookPart) => Promise<void>, loads: () => boolean, signal: AbortSignal): Promise<never> {
    const stop = () => this.#wake();
    signal.addEventListener("abort", stop, { once: true });
    try {
      for (;;) {
        if (signal.aborted) throw new CauseError("cancelled");
        const part = this.#next(loads());
        if (part !== null) await send(part);
        else {
          const { promise, resolve } = Promise.withResolvers<void>();
          this.#wake = resolve;
          await promise;
        }
      }
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  #next(loads: boolean): BookPart | null {
    const entries: BookEntry[] = [];
    const removed: string[] = [];
    let bytes = 0;
    for (const id of this.#pending) {
      if (entries.length >= mostEntries || removed.length >= mostEntries) break;
      const entry = this.#book?.entry(id);
      if (entry !== undefined) {
        const fitting = withinFrame(entry);
        bytes += fitting.bytes;
        if (bytes > mostBytes && entries.length > 0) break;
        entries.push(fitting.entry);
      } else if (!this.#isWhole) removed.push(id);
      this.#pending.delete(id);
    }
    const from = this.#book?.from ?? null;
    const more = this.#pending.size > 0 || loads;
    const news = `${from} ${more}`;
    const whole = this.#isWhole;
    if (!whole && entries.length === 0 && removed.length === 0 && news === this.#told) return null;
    this.#isWhole = false;
    this.#told = news;
    return { whole, more, from, entries, removed };
  }
}

/** An entry that alone would burst a frame goes without its networks: whoever connects reads them from the portal. */
function withinFrame(entry: BookEntry): { readonly entry: BookEntry; readonly bytes: number } {
  const bytes = Buffer.byteLength(JSON.stringify(entry)) + 1;
  if (bytes <= mostBytes) return { entry, bytes };
  const bare = { ...entry, machine: { ...entry.machine, networks: [] } };
  return { entry: bare, bytes: Buffer.byteLength(JSON.stringify(bare)) + 1 };
}
