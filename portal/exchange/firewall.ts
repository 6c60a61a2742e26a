import type { Flow } from "../../contract/exchange.ts";
import type { Place, Slice } from "./addresses.ts";
import { elementsOf } from "./flows.ts";
import { nft } from "./programs.ts";
import type { Elements } from "./rules.ts";
import { baseRules, emptySets, transition } from "./rules.ts";

/** A technician's tunnel as the firewall sees it. */
export interface GuardedTunnel {
  readonly tunnel: string;
  readonly device: string;
  /** null for a TUN, which has no layer 2. */
  readonly mac: string | null;
  readonly addresses: readonly [string, string];
}

const nothing: Elements = new Map();

/**
 * The namespace's firewall, declared: callers say what shall be, {@link sync} makes the kernel equal to it in one transaction of
 * what differs. Callers that come while one runs share the next.
 */
export class Firewall {
  readonly #place: Place;
  readonly #slices: readonly [Slice, Slice];
  readonly #tunnels = new Map<string, GuardedTunnel>();
  #flows: ReadonlyMap<string, readonly Flow[]> = new Map();
  /** What the kernel holds, by tunnel. */
  readonly #applied = new Map<string, Elements>();
  readonly #dirty = new Set<string>();
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(place: Place, slices: readonly [Slice, Slice]) {
    this.#place = place;
    this.#slices = slices;
  }

  /** Loads the fixed rules into a fresh namespace. */
  async load(): Promise<void> {
    await nft(this.#place, baseRules(this.#slices));
  }

  addTunnel(tunnel: GuardedTunnel): void {
    this.#tunnels.set(tunnel.tunnel, tunnel);
    this.#dirty.add(tunnel.tunnel);
  }

  removeTunnel(tunnel: string): void {
    this.#tunnels.delete(tunnel);
    this.#dirty.add(tunnel);
  }

  /** All rights from now on. Those of tunnels that are not held wait until they are. */
  setFlows(flows: readonly Flow[]): void {
    const byTunnel = Map.groupBy(flows, (flow) => flow.tunnel);
    for (const tunnel of new Set([...this.#flows.keys(), ...byTunnel.keys()])) {
      if (JSON.stringify(this.#flows.get(tunnel)) !== JSON.stringify(byTunnel.get(tunnel))) this.#dirty.add(tunnel);
    }
    this.#flows = byTunnel;
  }

  /** Resolves when the kernel holds what was declared before this call. */
  sync(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#apply().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    this.#next ??= this.#running
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.sync();
      });
    return this.#next;
  }

  async #apply(): Promise<void> {
    const wanted = [...this.#dirty].map((tunnel) => [tunnel, this.#wanted(tunnel)] as const);
    this.#dirty.clear();
    const before = merge(wanted.map(([tunnel]) => this.#applied.get(tunnel) ?? nothing));
    const text = transition(before, merge(wanted.map(([, elements]) => elements)));
    if (text === "") return;
    try {
      await nft(this.#place, text);
    } catch {
      // The kernel holds something else than what was noted here.
      await this.#rewrite();
      return;
    }
    for (const [tunnel, elements] of wanted) {
      if (elements.size === 0) this.#applied.delete(tunnel);
      else this.#applied.set(tunnel, elements);
    }
  }

  /** Empties the sets and fills them, in one transaction. When that fails, what stood before still stands. */
  async #rewrite(): Promise<void> {
    const all = [...this.#tunnels.keys()].map((tunnel) => [tunnel, this.#wanted(tunnel)] as const);
    this.#dirty.clear();
    try {
      await nft(this.#place, emptySets + transition(nothing, merge(all.map(([, elements]) => elements))));
    } catch (error) {
      for (const tunnel of [...this.#tunnels.keys(), ...this.#applied.keys()]) this.#dirty.add(tunnel);
      throw error;
    }
    this.#applied.clear();
    for (const [tunnel, elements] of all) this.#applied.set(tunnel, elements);
  }

  #wanted(id: string): Elements {
    const tunnel = this.#tunnels.get(id);
    if (tunnel === undefined) return nothing;
    const { device, mac, addresses } = tunnel;
    const bySet = new Map<string, Set<string>>();
    const put = (set: string, element: string) => bySet.set(set, (bySet.get(set) ?? new Set()).add(element));
    if (mac !== null) put("inet anslut dhcp", `"${device}" . ${mac}`);
    for (const address of addresses) {
      if (mac === null) put("inet anslut tuns", `"${device}" . ${address}`);
      else for (const family of ["inet", "arp"]) put(`${family} anslut guard`, `"${device}" . ${mac} . ${address}`);
      for (const { set, key } of elementsOf(this.#flows.get(id) ?? [], this.#slices)) {
        put(`inet anslut ${set}`, `${address} . ${key}`);
      }
    }
    return bySet;
  }
}

function merge(all: readonly Elements[]): Elements {
  const merged = new Map<string, Set<string>>();
  for (const elements of all) {
    for (const [set, texts] of elements) merged.set(set, (merged.get(set) ?? new Set<string>()).union(texts));
  }
  return merged;
}
