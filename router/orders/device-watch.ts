import { contains, parseAddress, parseNetwork } from "../../app/core/networks.ts";
import type { Clock } from "../../app/dial/clock.ts";
import type { Neighbourhood } from "./neighbours.ts";

/** Pause between two rounds. A device that falls silent is known after 9 s at most: round, three requests, round. */
const roundMs = 3000;
/** What has not answered for so long is no device of the machine any more: a laptop of yesterday, an old address. */
const memoryMs = 3_600_000;
/** The contract's bound, and one request per device and round. */
const mostDevices = 64;

/** A device that is watched. */
export interface Sighted {
  readonly address: string;
  readonly answers: boolean;
}

export interface DeviceWatchOptions {
  readonly neighbours: Neighbourhood;
  readonly clock: Clock;
  /** When each device answered last (monotonic, ms): outlives the tunnel. */
  readonly memory: Map<string, number>;
  /** All that is watched, whenever one of it changes. */
  readonly onChange: (devices: readonly Sighted[]) => void;
}

/** Looks by ARP whether devices are there that somebody wants; without such a wish it does nothing. */
export class DeviceWatch {
  readonly #options: DeviceWatchOptions;
  #wanted: readonly string[] = [];
  #told = "";
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(options: DeviceWatchOptions) {
    this.#options = options;
  }

  /** Watches single devices (`/32`), and those known in larger networks. */
  watch(wanted: readonly string[]): void {
    if (wanted.join() === this.#wanted.join()) return;
    this.#wanted = wanted;
    this.#told = "";
    this.#cancel();
    if (wanted.length > 0 && !this.#stopped) void this.#round();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  async #round(): Promise<void> {
    const { neighbours, clock, memory, onChange } = this.#options;
    const wanted = this.#wanted;
    const seen = await neighbours.read();
    for (const { address, state } of seen) if (state === "answers") memory.set(address, clock.monotonicMs());
    const devices = this.#devices();
    const states = new Map(seen.map(({ address, state }) => [address, state]));
    const sighted = devices.flatMap((address): Sighted[] => {
      const state = states.get(address) ?? "unknown";
      return state === "unknown" ? [] : [{ address, answers: state === "answers" }];
    });
    // One that is being asked for is neither there nor away: what was said of it last stands until the kernel knows.
    const complete = sighted.length === devices.length;
    if (complete && JSON.stringify(sighted) !== this.#told) {
      this.#told = JSON.stringify(sighted);
      onChange(sighted);
    }
    await neighbours.ask(devices);
    if (this.#stopped || wanted !== this.#wanted) return;
    this.#cancel = clock.after(roundMs, () => void this.#round());
  }

  #devices(): readonly string[] {
    const { clock, memory } = this.#options;
    const since = clock.monotonicMs() - memoryMs;
    const networks = this.#wanted.flatMap((cidr) => parseNetwork(cidr) ?? []);
    const single = this.#wanted.filter((cidr) => cidr.endsWith("/32")).map((cidr) => cidr.slice(0, -3));
    const known = [...memory].flatMap(([address, at]) => {
      const number = parseAddress(address);
      const isIn = number !== undefined && networks.some((network) => contains(network, number));
      return isIn && at >= since ? [address] : [];
    });
    return [...new Set([...single, ...known])].sort().slice(0, mostDevices);
  }
}
