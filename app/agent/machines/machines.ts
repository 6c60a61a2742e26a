import { CauseError, failureOf } from "../../../contract/causes.ts";
import type { Machine } from "../../../contract/portal.ts";
import { collidingNetworks } from "../../core/connecting.ts";
import type { Effect } from "../../core/effects.ts";
import type { PortalLink } from "../portal/portal-link.ts";
import type { Portals } from "../portal/portals.ts";
import type { Store } from "../store.ts";
import type { HelperLink } from "../tunnel/helper-link.ts";
import type { AddressBook } from "./address-book.ts";

export interface MachinesOptions {
  readonly store: Store;
  readonly helper: HelperLink;
  readonly portals: Portals;
  readonly book: AddressBook;
  readonly onFault: (error: unknown) => void;
}

type Of<Type extends Effect["type"]> = Extract<Effect, { readonly type: Type }>;

const callTimeoutMs = 20_000;
/** The router has to dial anew meanwhile. */
const standInTimeoutMs = 40_000;

/** Carries out what concerns connections to machines: intents at the portal, routes at the helper. */
export class MachinesActor {
  readonly #options: MachinesOptions;
  #wanted: readonly string[] | null = null;
  #routing = false;
  readonly #reports = new Map<string, Promise<void>>();

  constructor(options: MachinesOptions) {
    this.#options = options;
  }

  /** Finds a machine by name or id. Throws `machineUnknown`, or `badRequest` where a name fits several. */
  async find(wanted: string, signal: AbortSignal): Promise<Machine> {
    const { client } = this.#options.portals.needCurrent();
    // A name in a book that is as the portal says now saves the question; whether one may, the portal judges at the next.
    const known = this.#options.book.find(wanted);
    if (known) return known;
    const { machines } = await client.machines({ search: wanted, limit: 100 }, signal);
    const byId = machines.find((machine) => machine.id === wanted);
    if (byId) return byId;
    const named = machines.filter((machine) => machine.name.toLowerCase() === wanted.toLowerCase());
    const exact = named.filter((machine) => machine.name === wanted);
    const [found, second] = exact.length > 0 ? exact : named;
    if (second) throw new CauseError("badRequest", `several machines are called ${wanted}: use the id`);
    if (found) return found;
    if (!/^[0-9A-Za-z_-]{1,64}$/.test(wanted)) throw new CauseError("machineUnknown", wanted);
    return await client.machine(wanted, signal);
  }

  /** Asks whether a machine that was offline is back. Never rejects. */
  async lookAgain(link: PortalLink, machine: string): Promise<void> {
    const { store, onFault } = this.#options;
    const found = await link.client.machine(machine, AbortSignal.timeout(callTimeoutMs)).catch(onFault);
    if (found?.online) store.dispatch({ type: "machineOnline", machine });
  }

  async requestIntent({ machine, wish }: Of<"requestIntent">): Promise<void> {
    const { store, portals } = this.#options;
    const link = portals.current;
    try {
      const tunnel = store.model.tunnel?.ticket ?? null;
      const { networks, orderNumber, reason } = wish;
      const request = { networks: networks === null ? null : [...networks], tunnel, orderNumber, reason };
      const signal = AbortSignal.timeout(callTimeoutMs);
      const intent = await portals.needCurrent().client.connect(machine, request, signal);
      store.dispatch({ type: "intentOpened", intent });
    } catch (error) {
      const failure = failureOf(error);
      store.dispatch({ type: "connectFailed", machine, failure });
      // The event that the router is back may have overtaken this refusal, on the other connection.
      if (failure.cause === "machineOffline" && link) await this.lookAgain(link, machine);
    }
  }

  /** Asks the portal for stand-ins for what collides. Throws when nothing of it can be cured that way, and the portal's refusal. */
  async requestStandIns(machine: string, signal: AbortSignal): Promise<void> {
    const { store, portals } = this.#options;
    const networks = collidingNetworks(store.model, machine);
    if (networks.length === 0) throw new CauseError("overlap");
    const { client } = portals.needCurrent();
    await client.standIn(
      machine,
      { networks: [...networks] },
      AbortSignal.any([signal, AbortSignal.timeout(standInTimeoutMs)]),
    );
  }

  async closeIntent({ machine, intent }: Of<"closeIntent">): Promise<void> {
    const { store, portals } = this.#options;
    try {
      const tunnel = store.model.tunnel?.ticket ?? null;
      if (intent !== null) await this.#reports.get(intent);
      await portals.needCurrent().client.disconnect(machine, { tunnel }, AbortSignal.timeout(callTimeoutMs));
    } catch (error) {
      // The routes are gone in any case; that the portal still shows it is worth a word, no more.
      store.dispatch({ type: "noticed", failure: failureOf(error) });
    }
    store.dispatch({ type: "disconnected", machine });
  }

  /** Reports of one intent go out one after the other, so that the last one stands. */
  reportIntent({ intent, report }: Of<"reportIntent">): void {
    const { portals, onFault } = this.#options;
    const before = this.#reports.get(intent) ?? Promise.resolve();
    const told = before.then(async () => {
      const link = portals.current;
      if (!link?.hasSession) return;
      await link.client.reportIntent(intent, report, AbortSignal.timeout(callTimeoutMs)).catch(onFault);
    });
    this.#reports.set(intent, told);
    void told.then(() => {
      if (this.#reports.get(intent) === told) this.#reports.delete(intent);
    });
  }

  /** One set of routes at a time; of those asked for meanwhile only the last counts. */
  setRoutes({ networks }: Of<"setRoutes">): void {
    this.#wanted = networks;
    if (!this.#routing) void this.#route();
  }

  /** The portal says that somebody pressed Connect for this tunnel: fetch it with our own session. */
  async fetchIntent(link: PortalLink, intent: string): Promise<void> {
    const opened = await link.client.intent(intent, AbortSignal.timeout(callTimeoutMs));
    this.#options.store.dispatch({ type: "intentOpened", intent: opened });
  }

  async #route(): Promise<void> {
    const { store, helper } = this.#options;
    this.#routing = true;
    for (let networks = this.#claim(); networks !== null; networks = this.#claim()) {
      try {
        const routes = await helper.setRoutes(networks);
        store.dispatch({ type: "routesAnswered", routes });
      } catch (error) {
        store.dispatch({ type: "routesFailed", networks, failure: failureOf(error) });
      }
    }
    this.#routing = false;
  }

  #claim(): readonly string[] | null {
    const networks = this.#wanted;
    this.#wanted = null;
    return networks;
  }
}
