import type { EchoTargets } from "../../core/model.ts";
import { echoTargets } from "../../core/model.ts";
import type { Clock } from "../../dial/clock.ts";
import type { askEcho } from "../../dial/echo.ts";
import type { Store } from "../store.ts";

export interface EchoWatchOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly ask: typeof askEcho;
}

// An answer every 5 s; after a miss at once again. Three misses of 1.5 s each: silence is known after 10 s at most.
const periodMs = 5000;
const timeoutMs = 1500;
const missesForSilence = 3;

/** Asks the tunnel's far ends for echoes, for as long as the state has them, and tells the store what came back. */
export class EchoWatch {
  readonly #options: EchoWatchOptions;
  readonly #loops = new Map<string, Loop>();

  constructor(options: EchoWatchOptions) {
    this.#options = options;
    options.store.observe((after) => this.#follow(echoTargets(after)));
  }

  /** Asks everybody now rather than at their next turn. */
  probeTunnel(): void {
    for (const loop of this.#loops.values()) loop.now();
  }

  stop(): void {
    for (const loop of this.#loops.values()) loop.stop();
    this.#loops.clear();
  }

  #follow(targets: EchoTargets): void {
    const wanted = new Map<string, () => Loop>();
    if (targets.from !== null && targets.gateway !== null) {
      const { from, gateway } = targets;
      wanted.set(`gateway ${from} ${gateway}`, () => this.#gatewayLoop(from, gateway));
      for (const [machine, address] of Object.entries(targets.routers)) {
        wanted.set(`router ${machine} ${from} ${address}`, () => this.#routerLoop(from, machine, address));
      }
    }
    for (const [key, loop] of this.#loops) {
      if (wanted.has(key)) continue;
      loop.stop();
      this.#loops.delete(key);
    }
    for (const [key, start] of wanted) if (!this.#loops.has(key)) this.#loops.set(key, start());
  }

  #gatewayLoop(from: string, address: string): Loop {
    const { store } = this.#options;
    return this.#loop(from, address, {
      answered: (roundTripMs) => store.dispatch({ type: "gatewayAnswered", roundTripMs }),
      silent: () => store.dispatch({ type: "gatewaySilent" }),
    });
  }

  #routerLoop(from: string, machine: string, address: string): Loop {
    const { store } = this.#options;
    return this.#loop(from, address, {
      answered: (roundTripMs) => store.dispatch({ type: "routerAnswered", machine, roundTripMs }),
      silent: () => store.dispatch({ type: "routerSilent", machine }),
    });
  }

  #loop(from: string, address: string, told: Told): Loop {
    const { ask, clock } = this.#options;
    return new Loop(clock, (signal) => ask({ address, from, timeoutMs, signal }), told);
  }
}

interface Told {
  readonly answered: (roundTripMs: number) => void;
  readonly silent: () => void;
}

class Loop {
  readonly #clock: Clock;
  readonly #ask: (signal: AbortSignal) => Promise<number | undefined>;
  readonly #told: Told;
  readonly #stopped = new AbortController();
  #wake: () => void = () => undefined;
  #misses = 0;

  constructor(clock: Clock, ask: (signal: AbortSignal) => Promise<number | undefined>, told: Told) {
    this.#clock = clock;
    this.#ask = ask;
    this.#told = told;
    void this.#run();
  }

  now(): void {
    this.#wake();
  }

  stop(): void {
    this.#stopped.abort();
    this.#wake();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const roundTripMs = await this.#ask(signal).catch(() => undefined);
      if (signal.aborted) return;
      this.#misses = roundTripMs === undefined ? this.#misses + 1 : 0;
      if (roundTripMs !== undefined) this.#told.answered(roundTripMs);
      else if (this.#misses % missesForSilence === 0) this.#told.silent();
      const again = this.#misses > 0 && this.#misses < missesForSilence;
      if (!again && !signal.aborted) await this.#pause();
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(periodMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
