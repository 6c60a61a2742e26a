import { reconnectDelayMs } from "../../app/core/backoff.ts";
import type { Cause } from "../../contract/causes.ts";
import { isRefusal } from "../credentials/rotation.ts";

/** A tunnel that stood so long was a good one: the next attempt starts at once and the curve from its beginning. */
const steadyMs = 5_000;
/** Between two attempts where the portal does not want us, or wants us to be patient. */
const refusedDelayMs = 60_000;

/** Decides when the next attempt starts: at once after a tunnel that stood, else on the curve of app/core/backoff.ts. */
export class Retry {
  readonly #random: () => number;
  #attempt = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Delay after an attempt that ended with `cause`, having stood for `stoodMs` (0: it never did). */
  nextMs(cause: Cause, stoodMs: number): number {
    this.#attempt = stoodMs >= steadyMs ? 1 : this.#attempt + 1;
    const delayMs = reconnectDelayMs(this.#attempt, this.#random());
    const refused = isRefusal(cause) || cause === "tooManyAttempts";
    return refused ? refusedDelayMs + delayMs : delayMs;
  }
}
