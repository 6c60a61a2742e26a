import { wait } from "../../app/dial/clock.ts";
import { removal } from "../firewall/template.ts";
import { Retry } from "./retry.ts";
import { type ServeOptions, serveOnce, standingRules } from "./serve.ts";

export interface RunOptions extends ServeOptions {
  /** From [0, 1). */
  readonly random: () => number;
}

/**
 * Keeps the router connected until `signal` aborts. The firewall stands before the first tunnel and between two of them, and is taken
 * away at a clean end. Throws RouterProblem; the firewall then stays, because whatever is wrong, the WAN side must not get in.
 */
export async function keepConnected(options: RunOptions, signal: AbortSignal): Promise<void> {
  const { store, clock, applyRules, tell } = options;
  const { portal, serial } = store.current;
  const retry = new Retry(options.random);
  const memory = new Map<string, number>();
  await applyRules(standingRules(store));
  await tell({ state: "starting", portal: `${portal.host}:${portal.port}`, serial });
  while (!signal.aborted) {
    const { failure, stoodMs } = await serveOnce({ ...options, memory }, signal);
    if (signal.aborted) break;
    const delayMs = retry.nextMs(failure.cause, stoodMs);
    await tell({ state: "waiting", failure, delayMs });
    await wait(clock, delayMs, signal);
  }
  await applyRules(removal);
  await tell({ state: "stopped" });
}
