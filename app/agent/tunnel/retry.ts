import type { Clock } from "../../dial/clock.ts";
import type { Store } from "../store.ts";

/** The one timer of the next attempt to reconnect. */
export class Retry {
  readonly #store: Store;
  readonly #clock: Clock;
  #cancel: () => void = () => undefined;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  schedule(delayMs: number): void {
    this.#cancel();
    this.#cancel = this.#clock.after(delayMs, () => this.#store.dispatch({ type: "retryDue" }));
  }

  cancel(): void {
    this.#cancel();
  }

  stop(): void {
    this.#cancel();
  }
}
