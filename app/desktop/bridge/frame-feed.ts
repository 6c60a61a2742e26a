/** Runs `task` after a while and returns a disposer. */
export type Schedule = (task: () => void, milliseconds: number) => () => void;

/** A page paints no faster. */
const frameMs = 16;

/**
 * Hands on the latest of values that may come in bursts: the first at once, then at most one a frame. The last one always comes
 * through, so nobody is left with an old one.
 */
export class FrameFeed<Value> {
  readonly #hand: (value: Value) => void;
  readonly #schedule: Schedule;
  #waiting: { readonly value: Value } | undefined;
  #cancel: (() => void) | undefined;

  constructor(hand: (value: Value) => void, schedule: Schedule) {
    this.#hand = hand;
    this.#schedule = schedule;
  }

  put(value: Value): void {
    this.#waiting = { value };
    if (this.#cancel === undefined) this.flush();
  }

  /** Hands on at once what waits: before an answer that the page would otherwise see ahead of its state. */
  flush(): void {
    if (this.#waiting === undefined) return;
    const { value } = this.#waiting;
    this.#waiting = undefined;
    this.#cancel?.();
    this.#cancel = this.#schedule(() => {
      this.#cancel = undefined;
      this.flush();
    }, frameMs);
    this.#hand(value);
  }

  close(): void {
    this.#waiting = undefined;
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
