import { isDeepStrictEqual } from "node:util";
import type { Model } from "../../core/model.ts";
import type { KeptFile } from "../files/kept-file.ts";
import type { PortalEvents } from "../portal/portal-events.ts";
import type { Portals } from "../portal/portals.ts";
import type { SignIn } from "../session/sign-in.ts";
import type { Store } from "../store.ts";
import type { TunnelActor } from "./tunnel.ts";
import { tunnelOf } from "./tunnel-events.ts";
import type { KeptTunnel, TunnelFile } from "./tunnel-file.ts";

export interface TunnelKeeperOptions {
  readonly store: Store;
  readonly file: KeptFile<TunnelFile>;
  readonly portals: Portals;
  readonly signIn: SignIn;
  readonly tunnel: TunnelActor;
  readonly events: PortalEvents;
  readonly onFault: (error: unknown) => void;
}

/** Writes down which tunnel is ours, so that an agent that is started anew goes on with it as if nothing had been. */
export class TunnelKeeper {
  readonly #options: TunnelKeeperOptions;

  constructor(options: TunnelKeeperOptions) {
    this.#options = options;
    options.store.observe((after, before) => {
      if (after.tunnel?.ticket !== before.tunnel?.ticket || after.connections !== before.connections) this.#keep(after);
    });
  }

  /** Takes the tunnel of the agent before us back. Resolves to its ticket, null: there is none; the session follows if it can. */
  async restore(): Promise<string | null> {
    const { file, store, tunnel, portals, signIn, events, onFault } = this.#options;
    const kept = file.value.tunnel;
    if (kept === null) return null;
    const status = await tunnel.resume().catch(() => null);
    const resumed = status && tunnelOf(status);
    if (resumed?.ticket !== kept.ticket || !status) {
      await file.change((value) => ({ ...value, tunnel: null })).catch(onFault);
      return null;
    }
    const link = portals.enter(kept.identity.portal);
    store.dispatch({ type: "signInSucceeded", identity: kept.identity });
    store.dispatch({ type: "tunnelResumed", tunnel: resumed, endpoint: kept.endpoint });
    for (const { intent, networks, orderNumber, reason } of kept.connections) {
      store.dispatch({ type: "connectionRestored", intent, wish: { networks, orderNumber, reason } });
    }
    if (kept.connections.length === 0) await tunnel.clearRoutes(status).catch(onFault);
    void signIn.renew(link, AbortSignal.timeout(20_000)).then((renewed) => {
      if (renewed) events.follow(link);
      else store.dispatch({ type: "noticed", failure: { cause: "signedOut", detail: "" } });
    });
    return kept.ticket;
  }

  #keep(model: Model): void {
    const { file, onFault } = this.#options;
    const tunnel = keptOf(model);
    if (isDeepStrictEqual(file.value.tunnel, tunnel)) return;
    file.change((value) => ({ ...value, tunnel })).catch(onFault);
  }
}

function keptOf({ tunnel, identity, endpoint, connections }: Model): KeptTunnel | null {
  if (!tunnel || !identity || !endpoint) return null;
  const kept = connections.flatMap(({ intent, wish, phase }) => {
    if (!intent || phase.at === "failed" || phase.at === "closing") return [];
    const { networks, orderNumber, reason } = wish;
    return [{ intent, networks: networks === null ? null : [...networks], orderNumber, reason }];
  });
  return { ticket: tunnel.ticket, endpoint, identity, connections: kept };
}
