import { reconnectDelayMs } from "../../app/core/backoff.ts";
import { contains, parseAddress } from "../../app/core/networks.ts";
import type { Clock } from "../../app/dial/clock.ts";
import { wait } from "../../app/dial/clock.ts";
import type { RouterOrders, RouterReport } from "../../contract/portal.ts";
import type { ServedLan } from "../firewall/plan.ts";
import { DeviceWatch, type Sighted } from "./device-watch.ts";
import { lookAt } from "./look.ts";
import type { Neighbourhood } from "./neighbours.ts";

/** How long one report may take, and the pause before it is tried again. */
const tellLimitMs = 5000;
const tellAgainMs = 1000;

export interface FollowOptions {
  /** Held by the portal until there is something new. */
  readonly ask: (known: number, signal: AbortSignal) => Promise<RouterOrders>;
  readonly report: (report: RouterReport, signal: AbortSignal) => Promise<void>;
  readonly neighbours: Neighbourhood;
  /** Only what is served is looked at, whatever the portal says. */
  readonly served: readonly ServedLan[];
  readonly memory: Map<string, number>;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Carries out the portal's orders for as long as a tunnel stands: which devices to watch, which to look at. Never rejects. */
export async function followOrders(options: FollowOptions, signal: AbortSignal): Promise<void> {
  const { ask, report, neighbours, memory, clock, served } = options;
  const say = (what: RouterReport): void => void report(what, signal).catch(() => undefined); // the person may ask again
  let sighted: readonly Sighted[] = [];
  let news = 0;
  // What is lost on the way to a portal that is just being started anew nobody would say again: it changes no more.
  const tell = async (): Promise<void> => {
    news += 1;
    for (const own = news; own === news && !signal.aborted; ) {
      try {
        const limit = AbortSignal.any([signal, AbortSignal.timeout(tellLimitMs)]);
        await report({ type: "sighted", devices: [...sighted] }, limit);
        return;
      } catch {
        await wait(clock, tellAgainMs, signal);
      }
    }
  };
  const watch = new DeviceWatch({
    neighbours,
    clock,
    memory,
    onChange: (devices) => {
      sighted = devices;
      void tell();
    },
  });
  signal.addEventListener("abort", () => watch.stop(), { once: true });
  const taken = new Set<string>();
  let known = 0;
  let wasAway = false;
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      const orders = await ask(known, signal);
      known = orders.version;
      attempt = 1;
      // A portal that was away has forgotten what it was told.
      if (wasAway && sighted.length > 0) void tell();
      wasAway = false;
      watch.watch(orders.watch.filter((cidr) => isServed(cidr.split("/")[0] ?? "", served)));
      for (const wish of orders.checks) {
        if (taken.has(wish.id) || !isServed(wish.address, served)) continue;
        taken.add(wish.id);
        void lookAt(wish, neighbours, clock).then((sight) => say({ type: "checked", check: wish.id, sight }));
      }
    } catch {
      wasAway = true;
      await wait(clock, reconnectDelayMs(attempt + 1, options.random()), signal);
    }
  }
}

function isServed(address: string, served: readonly ServedLan[]): boolean {
  const number = parseAddress(address);
  return number !== undefined && served.some(({ network }) => contains(network, number));
}
