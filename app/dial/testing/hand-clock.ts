import type { Clock } from "../clock.ts";

/** A clock that the test turns. */
export class HandClock implements Clock {
  #nowMs: number;
  #timers: { readonly dueMs: number; readonly act: () => void }[] = [];

  constructor(nowMs = Date.parse("2026-11-21T12:00:00.000Z")) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, act: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, act };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Delays of what waits, in milliseconds from now. */
  get waiting(): readonly number[] {
    return this.#timers.map(({ dueMs }) => dueMs - this.#nowMs);
  }

  /** Turns the clock on; what is due on the way happens in its order and at its time. */
  turn(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const [next] = this.#timers.filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.act();
    }
    this.#nowMs = untilMs;
  }

  /** The computer sleeps: time passes, nothing happens. */
  sleep(byMs: number): void {
    this.#nowMs += byMs;
  }
}
