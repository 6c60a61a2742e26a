import type { Flow } from "../../contract/exchange.ts";
import type { Place, Slice } from "./addresses.ts";
import { openingsOf } from "./flows.ts";
import { nft } from "./programs.ts";
import type { GuardedTunnel } from "./rules.ts";
import { baseRules, tunnelIn, tunnelOut, tunnelRights } from "./rules.ts";

/** What the kernel holds of a tunnel. */
interface Held {
  readonly tunnel: GuardedTunnel;
  readonly rights: string;
}

/**
 * The namespace's firewall, declared: callers say what shall be, {@link sync} makes the kernel equal to it in one transaction of
 * what differs. Callers that come while one runs share the next.
 */
export class Firewall {
  readonly #place: Place;
  readonly #slices: readonly [Slice, Slice];
  readonly #tunnels = new Map<string, GuardedTunnel>();
  #flows: ReadonlyMap<string, readonly Flow[]> = new Map();
  readonly #held = new Map<string, Held>();
  /** Tunnels of which the kernel may hold something else than is wanted. */
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

  addTunnel(id: string, tunnel: GuardedTunnel): void {
    this.#tunnels.set(id, tunnel);
    this.#dirty.add(id);
  }

  removeTunnel(id: string): void {
    this.#tunnels.delete(id);
    this.#dirty.add(id);
  }

  /** All rights from now on. Those of tunnels that are not held wait until they are. */
  setFlows(flows: readonly Flow[]): void {
    const byTunnel = Map.groupBy(flows, (flow) => flow.tunnel);
    for (const id of new Set([...this.#flows.keys(), ...byTunnel.keys()])) {
      if (JSON.stringify(this.#flows.get(id)) !== JSON.stringify(byTunnel.get(id))) this.#dirty.add(id);
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
    const changes = [...this.#dirty].map((id) => this.#change(id));
    this.#dirty.clear();
    const text = changes.map((change) => change.text).join("");
    if (text === "") return;
    try {
      await nft(this.#place, text);
    } catch {
      // The kernel holds something else than was noted here.
      await this.#rewrite();
      return;
    }
    for (const { id, held } of changes) this.#note(id, held);
  }

  /** Writes everything anew, in one transaction. When that fails, what stood before still stands. */
  async #rewrite(): Promise<void> {
    const before = [...this.#held.keys()];
    this.#held.clear();
    const changes = [...this.#tunnels.keys()].map((id) => this.#change(id));
    this.#dirty.clear();
    const text = changes.map((change) => change.text).join("");
    try {
      await nft(this.#place, `flush ruleset\n${baseRules(this.#slices)}${text}`);
    } catch (error) {
      for (const id of [...before, ...this.#tunnels.keys()]) this.#dirty.add(id);
      throw error;
    }
    for (const { id, held } of changes) this.#note(id, held);
  }

  #change(id: string): { readonly id: string; readonly text: string; readonly held: Held | undefined } {
    const held = this.#held.get(id);
    const tunnel = this.#tunnels.get(id);
    if (tunnel === undefined) return { id, text: held === undefined ? "" : tunnelOut(held.tunnel), held: undefined };
    const rights = tunnelRights(tunnel, openingsOf(this.#flows.get(id) ?? [], this.#slices));
    const way = held === undefined ? tunnelIn(tunnel) : "";
    return { id, text: held?.rights === rights ? way : way + rights, held: { tunnel, rights } };
  }

  #note(id: string, held: Held | undefined): void {
    if (held === undefined) this.#held.delete(id);
    else this.#held.set(id, held);
  }
}
