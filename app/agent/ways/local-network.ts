import { lookup, Resolver } from "node:dns/promises";
import { isDeepStrictEqual } from "node:util";
import { networkFingerprint } from "../../core/network-identity.ts";
import type { Occupant } from "../../core/overlap.ts";
import { protectedOccupant } from "../../core/overlap.ts";
import type { Clock } from "../../dial/clock.ts";
import type { Portals } from "../portal/portals.ts";
import type { Store } from "../store.ts";
import type { HelperLink, HelperStatus } from "../tunnel/helper-link.ts";
import type { Proxies } from "./proxies.ts";

export interface LocalNetworkOptions {
  readonly store: Store;
  readonly helper: HelperLink;
  readonly portals: Portals;
  readonly proxies: Proxies;
  readonly clock: Clock;
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  readonly nameServers?: () => readonly string[];
}

// The helper tells of changes only to the owner of a tunnel; without one somebody must look whether a network is back.
const lookMs = 2000;

/** What this computer stands in: read from the helper when something changes there. */
export class LocalNetwork {
  readonly #options: LocalNetworkOptions;
  #last: Pick<HelperStatus, "gateway" | "localNetworks"> | null = null;
  #reading: Promise<void> = Promise.resolve();

  readonly #leave: () => void;
  #cancelLook: (() => void) | null = null;

  constructor(options: LocalNetworkOptions) {
    this.#options = options;
    this.#leave = options.store.observe(({ session }) => {
      const away = session.state === "suspended" && session.why === "noNetwork";
      if (away && this.#cancelLook === null) this.#lookAgain();
      if (!away) this.#stopLooking();
    });
  }

  stop(): void {
    this.#leave();
    this.#stopLooking();
  }

  /** Names the network for the memory of ways; null when unknown. */
  get fingerprint(): string | null {
    return this.#last && networkFingerprint(this.#last);
  }

  /** Reads anew and tells the store what is different. Never rejects. */
  refresh(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#read()).catch(() => undefined);
    return this.#reading;
  }

  #lookAgain(): void {
    this.#cancelLook = this.#options.clock.after(lookMs, () => {
      this.#lookAgain();
      void this.refresh();
    });
  }

  #stopLooking(): void {
    this.#cancelLook?.();
    this.#cancelLook = null;
  }

  async #read(): Promise<void> {
    const { store, helper } = this.#options;
    const { gateway, localNetworks } = await helper.ask({ type: "status" });
    const before = this.#last;
    this.#last = { gateway, localNetworks };
    const occupants = [
      ...localNetworks.map<Occupant>(({ network, adapter }) => ({ network, machine: null, adapter })),
      ...(await this.#protected(gateway?.address ?? null)),
    ];
    if (!isDeepStrictEqual(occupants, store.model.occupants)) store.dispatch({ type: "occupantsChanged", occupants });
    if (before === null || isDeepStrictEqual(before, this.#last)) return;
    // Losing the default route means no network at all; a computer that never had one is on an isolated network.
    if (gateway === null && before.gateway !== null) store.dispatch({ type: "networkLost" });
    else store.dispatch({ type: "networkFound" });
  }

  // A machine's network must not swallow the way to the portal. The helper refuses that too; here it gets a name.
  async #protected(gateway: string | null): Promise<readonly Occupant[]> {
    const near = [
      ...(gateway === null ? [] : [protectedOccupant(gateway, "gateway")]),
      ...(this.#options.nameServers ?? nameServersNow)().map((address) => protectedOccupant(address, "nameServer")),
    ];
    return [...near, ...(await this.#far())].filter((occupant) => occupant !== undefined);
  }

  async #far(): Promise<readonly (Occupant | undefined)[]> {
    const { portals, proxies } = this.#options;
    const { current } = portals;
    if (current === null) return [];
    const { routes } = await proxies.routes(current.host, current.port).catch(() => ({ routes: [] }));
    const hosts = [
      { host: current.host, needed: "portal" } as const,
      ...routes.flatMap((route) =>
        route.kind === "proxy" ? [{ host: route.proxy.host, needed: "proxy" } as const] : [],
      ),
    ];
    const occupants = hosts.map(async ({ host, needed }) =>
      (await this.#addresses(host)).map((address) => protectedOccupant(address, needed)),
    );
    return (await Promise.all(occupants)).flat();
  }

  async #addresses(host: string): Promise<readonly string[]> {
    const resolve = this.#options.resolve ?? resolveHost;
    return await resolve(host).catch(() => []);
  }
}

/** Read anew each time: they change with the network. Ports and IPv6 zones are no addresses of ours. */
function nameServersNow(): readonly string[] {
  return new Resolver().getServers();
}

async function resolveHost(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true, family: 4 })).map(({ address }) => address);
}
