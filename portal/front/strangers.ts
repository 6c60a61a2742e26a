/**
 * Connections that have not yet shown what they are. Whoever belongs here is through within one packet, so when there are too
 * many the oldest goes, never the newcomer: 2,000 silent connections, from one address or many, keep nobody out.
 */
export interface StrangerLimits {
  readonly perAddress: number;
  readonly all: number;
}

interface Stranger {
  readonly neighbourhood: string;
  readonly close: () => void;
}

export class Strangers {
  readonly #limits: StrangerLimits;
  readonly #all = new Set<Stranger>();
  readonly #near = new Map<string, Set<Stranger>>();

  constructor(limits: StrangerLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Takes one in; `close` is called when it has to go. Returns what to call when it is none any more. */
  add(neighbourhood: string, close: () => void): () => void {
    const stranger = { neighbourhood, close };
    const near = this.#near.get(neighbourhood) ?? new Set();
    this.#near.set(neighbourhood, near);
    near.add(stranger);
    this.#all.add(stranger);
    if (near.size > this.#limits.perAddress) this.#evictOldest(near);
    if (this.#all.size > this.#limits.all) this.#evictOldest(this.#all);
    return () => this.#remove(stranger);
  }

  #evictOldest(among: ReadonlySet<Stranger>): void {
    const [oldest] = among;
    if (oldest === undefined) return;
    this.#remove(oldest);
    oldest.close();
  }

  #remove(stranger: Stranger): void {
    if (!this.#all.delete(stranger)) return;
    const near = this.#near.get(stranger.neighbourhood);
    near?.delete(stranger);
    if (near?.size === 0) this.#near.delete(stranger.neighbourhood);
  }
}

/** Counts what is open by neighbourhood, up to a limit. */
export class Crowd {
  readonly #limit: number;
  readonly #counts = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes one in and returns what to call when it is gone; undefined when there are too many. */
  enter(neighbourhood: string): (() => void) | undefined {
    const count = this.#counts.get(neighbourhood) ?? 0;
    if (count >= this.#limit) return undefined;
    this.#counts.set(neighbourhood, count + 1);
    return () => this.#leave(neighbourhood);
  }

  #leave(neighbourhood: string): void {
    const count = this.#counts.get(neighbourhood) ?? 0;
    if (count > 1) this.#counts.set(neighbourhood, count - 1);
    else this.#counts.delete(neighbourhood);
  }
}
