import type { SignInPlace } from "./sessions.ts";
import type { Clock } from "./store/clock.ts";
import { newToken } from "./store/random.ts";

const validMs = 5 * 60_000;
const tries = 5;
const mostLogins = 10_000;

/** A login whose password was right and whose code is awaited. */
export interface PendingLogin {
  readonly account: string;
  readonly user: string;
  readonly userName: string;
  /** Account and user as limits count them. */
  readonly name: string;
  readonly remember: boolean;
  readonly place: SignInPlace;
  /** Key of the limit that wrong codes count to. */
  readonly pair: string;
}

interface Entry {
  readonly login: PendingLogin;
  readonly expires: number;
  triesLeft: number;
}

/** Logins between password and code: five minutes, five tries, in memory. */
export class PendingLogins {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(login: PendingLogin): { readonly id: string; readonly expires: number } {
    this.#sweep();
    const id = newToken();
    const expires = this.#clock.now() + validMs;
    this.#entries.set(id, { login, expires, triesLeft: tries });
    return { id, expires };
  }

  /** The login for one try; undefined when it is unknown, too old, or its tries are used up. */
  take(id: string): PendingLogin | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.expires <= this.#clock.now()) return undefined;
    entry.triesLeft -= 1;
    if (entry.triesLeft <= 0) this.#entries.delete(id);
    return entry.login;
  }

  delete(id: string): void {
    this.#entries.delete(id);
  }

  /** Entries are in the order of their end. */
  #sweep(): void {
    for (const [id, { expires }] of this.#entries) {
      if (expires > this.#clock.now() && this.#entries.size < mostLogins) return;
      this.#entries.delete(id);
    }
  }
}
