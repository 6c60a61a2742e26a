import { isDialling, isUp } from "../../core/predicates.ts";
import type { Clock } from "../../dial/clock.ts";
import type { Store } from "../store.ts";

const periodMs = 3000;
/** A turn that comes so much too late means that nothing of us ran in between. */
const sleptMs = 8000;

/** A hint of the system that comes so soon after our own notice, or the other way round, is about the same sleep. */
const sameSleepMs = 20_000;

/**
 * Notices that the computer (or all of our processes) slept, by a clock that went on without us, or because the system says so.
 * Runs only while it matters.
 */
export class SleepWatch {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #leave: () => void;
  #cancel: (() => void) | null = null;
  #last: { readonly by: "clock" | "system"; readonly atMs: number } | null = null;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#leave = store.observe(({ session }) => {
      const matters = isDialling(session) || isUp(session);
      if (matters && this.#cancel === null) this.#wait();
      if (!matters) this.#rest();
    });
  }

  /** What the system says of its sleep: earlier than we notice. */
  hint(event: "suspend" | "resume"): void {
    if (event === "suspend") {
      this.#last = null;
      this.#store.dispatch({ type: "dozed" });
    } else this.#woke("system");
  }

  stop(): void {
    this.#leave();
    this.#rest();
  }

  #wait(): void {
    const fromMs = this.#clock.nowMs();
    this.#cancel = this.#clock.after(periodMs, () => {
      const slept = this.#clock.nowMs() - fromMs > sleptMs;
      this.#wait();
      if (slept) this.#woke("clock");
    });
  }

  #woke(by: "clock" | "system"): void {
    const last = this.#last;
    const atMs = this.#clock.monotonicMs();
    const isKnown = last !== null && last.by !== by && atMs - last.atMs < sameSleepMs;
    this.#last = isKnown ? null : { by, atMs };
    if (!isKnown) this.#store.dispatch({ type: "woke" });
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
