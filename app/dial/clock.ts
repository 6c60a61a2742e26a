/** Time as a parameter: tests turn it by hand. */
export interface Clock {
  /** Milliseconds since 1970, UTC. May jump when somebody sets the clock. */
  nowMs(): number;
  /** Milliseconds since some moment; never jumps. Whether it counts sleep is the system's choice. */
  monotonicMs(): number;
  /** Calls `act` once after `delayMs`. The disposer takes it back. Does not keep the program alive. */
  after(delayMs: number, act: () => void): () => void;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, act) {
    const timer = setTimeout(act, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs` or when `signal` aborts, whichever is first. */
export function wait(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(delayMs, resolve);
  const settle = (): void => {
    cancel();
    resolve();
  };
  if (signal.aborted) settle();
  else signal.addEventListener("abort", settle, { once: true });
  return promise.finally(() => signal.removeEventListener("abort", settle));
}
