import type { Clock } from "../../app/dial/clock.ts";

interface Timer {
  readonly delayMs: number;
  readonly atMs: number;
  readonly act: () => void;
}

/** A clock that stands until a test turns it. */
export class HandClock implements Clock {
  #nowMs = Date.UTC(2026, 10, 21);
  readonly #timers = new Set<Timer>();
  #changed = Promise.withResolvers<void>();

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, act: () => void): () => void {
    const timer = { delayMs, atMs: this.#nowMs + delayMs, act };
    this.#timers.add(timer);
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass without anything being due. */
  pass(delayMs: number): void {
    this.#nowMs += delayMs;
  }

  /** Waits until somebody waits for `delayMs`, and lets just that time pass for him. */
  async fire(delayMs: number): Promise<void> {
    for (;;) {
      const timer = [...this.#timers].find((each) => each.delayMs === delayMs);
      if (timer !== undefined) {
        this.#timers.delete(timer);
        this.#nowMs = Math.max(this.#nowMs, timer.atMs);
        timer.act();
        return;
      }
      await this.#changed.promise;
    }
  }
}
