import type { Session } from "./sessions.ts";
import type { Clock } from "./store/clock.ts";
import { newToken, sha256 } from "./store/random.ts";

const validMs = 60_000;
/** A window that is loaded anew asks again while the first code is on its way. */
const mostOfSession = 4;
const mostCodes = 10_000;

interface Entry {
  readonly session: string;
  readonly expires: number;
}

/**
 * One-time codes by which an agent's session begets one for a page: 256 bits, good for 60 s, once. Only their hashes are kept, in
 * memory. A code names nothing but the session that drew it: whose it is, and whether that is still good, is asked when it comes.
 */
export class HandOvers {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  draw(session: Session): { readonly code: string; readonly expires: number } {
    this.#sweep(session.id);
    const code = newToken();
    const expires = this.#clock.now() + validMs;
    this.#entries.set(sha256(code), { session: session.id, expires });
    return { code, expires };
  }

  /** The id of the session that drew the code, which is used up; undefined when it is unknown, used or too old. */
  take(code: string): string | undefined {
    const hash = sha256(code);
    const entry = this.#entries.get(hash);
    this.#entries.delete(hash);
    return entry === undefined || entry.expires <= this.#clock.now() ? undefined : entry.session;
  }

  /** Makes room. Entries are in the order of their end. */
  #sweep(session: string): void {
    for (const [hash, { expires }] of this.#entries) {
      if (expires > this.#clock.now() && this.#entries.size < mostCodes) break;
      this.#entries.delete(hash);
    }
    const own = [...this.#entries].filter(([, entry]) => entry.session === session);
    for (const [hash] of own.slice(0, Math.max(0, own.length - mostOfSession + 1))) this.#entries.delete(hash);
  }
}
