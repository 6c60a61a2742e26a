import { CauseError } from "../../contract/causes.ts";
import type { RouterOrders, RouterReport, RouterSight } from "../../contract/portal.ts";
import type { Clock } from "./store/clock.ts";
import { newId } from "./store/random.ts";

/** How long a router's question is held when there is nothing new: less than what proxies and NAT cut. */
const holdMs = 20_000;
/** A look takes ARP (3.5 s) and ports (2 s); more than that and the router is not there. */
const checkMs = 10_000;
const mostChecks = 16;

type Wish = Omit<RouterOrders["checks"][number], "id">;
export type Sighting = (RouterReport & { readonly type: "sighted" })["devices"][number];

interface Machine {
  version: number;
  watch: readonly string[];
  readonly checks: Map<string, { readonly wish: Wish; readonly done: (sight: RouterSight | null) => void }>;
  readonly waiting: Set<() => void>;
  sighted: readonly Sighting[];
}

/**
 * What each router has to look at. A router asks over its own HTTPS and is answered when there is something: it listens nowhere, and
 * nobody but the portal can ask it for anything.
 */
export class RouterOrderBook {
  readonly #clock: Clock;
  readonly #machines = new Map<string, Machine>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What the router of a machine has seen last of what it watches. */
  sighted(machine: string): readonly Sighting[] {
    return this.#of(machine).sighted;
  }

  /** Which devices are wanted from now on. */
  watch(machine: string, watch: readonly string[]): void {
    const entry = this.#of(machine);
    if (JSON.stringify(entry.watch) === JSON.stringify(watch)) return;
    entry.watch = watch;
    this.#changed(entry);
  }

  /** Has the router look at a device; null when it does not answer in time. Throws `tooManyAttempts`. */
  async check(machine: string, wish: Wish): Promise<RouterSight | null> {
    const entry = this.#of(machine);
    if (entry.checks.size >= mostChecks) throw new CauseError("tooManyAttempts");
    const id = newId();
    const { promise, resolve } = Promise.withResolvers<RouterSight | null>();
    entry.checks.set(id, { wish, done: resolve });
    const cancel = this.#clock.after(checkMs, () => resolve(null));
    this.#changed(entry);
    return await promise.finally(() => {
      cancel();
      entry.checks.delete(id);
    });
  }

  /** Orders for a router that knows those of version `known`. */
  async ask(machine: string, known: number): Promise<RouterOrders> {
    const entry = this.#of(machine);
    if (entry.version === known) await this.#hold(entry);
    const checks = [...entry.checks].map(([id, { wish }]) => ({ id, ...wish }));
    return { version: entry.version, watch: [...entry.watch], checks };
  }

  /** Takes what a router has seen; for `sighted` the caller tells who wants to know. */
  take(machine: string, report: RouterReport): void {
    const entry = this.#of(machine);
    if (report.type === "sighted") entry.sighted = report.devices;
    else entry.checks.get(report.check)?.done(report.sight);
  }

  /** The router is away: what it saw counts no more, and its next question is answered at once. */
  forget(machine: string): void {
    const entry = this.#of(machine);
    entry.sighted = [];
    this.#changed(entry);
  }

  #of(machine: string): Machine {
    const found = this.#machines.get(machine);
    if (found !== undefined) return found;
    // A router that outlived web knows a version of the one before: versions of two runs are never the same.
    const version = this.#clock.now();
    const made: Machine = { version, watch: [], checks: new Map(), waiting: new Set(), sighted: [] };
    this.#machines.set(machine, made);
    return made;
  }

  #changed(entry: Machine): void {
    entry.version++;
    for (const wake of entry.waiting) wake();
    entry.waiting.clear();
  }

  #hold(entry: Machine): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    entry.waiting.add(resolve);
    const cancel = this.#clock.after(holdMs, resolve);
    return promise.finally(() => {
      cancel();
      entry.waiting.delete(resolve);
    });
  }
}
