import type { Clock } from "../../app/dial/clock.ts";

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

/** Resolves when `signal` aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
