import { CauseError, failureOf } from "../../../contract/causes.ts";
import type { HelperEvent, TunnelStatus } from "../../../contract/helper.ts";
import type { Endpoint } from "../../../contract/state.ts";
import type { Ticket } from "../../../contract/ticket.ts";
import { endpointOf } from "../../core/ways.ts";
import type { Clock } from "../../dial/clock.ts";
import { connectCall } from "../../dial/ticket.ts";
import type { Portals } from "../portal/portals.ts";
import { questionOf } from "../session/questions.ts";
import type { SignIn } from "../session/sign-in.ts";
import type { PolicyRead } from "../settings/policy.ts";
import type { Store } from "../store.ts";
import type { Proxies } from "../ways/proxies.ts";
import type { WayPlanner } from "../ways/way-planner.ts";
import type { HelperLink } from "./helper-link.ts";
import type { Current } from "./tunnel-events.ts";
import { hear, tunnelOf } from "./tunnel-events.ts";
import type { TunnelFile } from "./tunnel-file.ts";

export interface TunnelOptions {
  readonly store: Store;
  readonly helper: HelperLink;
  readonly portals: Portals;
  readonly planner: WayPlanner;
  readonly proxies: Proxies;
  readonly signIn: SignIn;
  readonly policy: () => Promise<PolicyRead>;
  readonly laptop: string;
  readonly clock: Clock;
  /** The last ticket and where its portal listens, from our own state on disk: maybe an earlier agent's. */
  readonly kept: () => Pick<TunnelFile, "ticket" | "endpoints">;
  readonly keep: (change: Partial<Pick<TunnelFile, "ticket" | "endpoints">>) => void;
}

const undoTimeoutMs = 15_000;
/** A ticket opens a tunnel for 60 s after it was drawn; the dial itself may take 30. */
const ticketUseMs = 25_000;

/** A tunnel of the same user that is not ours. */
class ForeignTunnel extends Error {
  readonly ticket: string;

  constructor(ticket: string) {
    super(ticket);
    this.ticket = ticket;
  }
}

/** Carries out `startTunnel` and `closeTunnel`, and turns the helper's events into ours. */
export class TunnelActor {
  readonly #options: TunnelOptions;
  #queue: Promise<void> = Promise.resolve();
  #attempt = new AbortController();
  #current: Current | null = null;
  #lastTicket: string | null = null;
  #consented: string | null = null;
  /** Ways are open in the helper that no tunnel has taken yet. */
  #prepared = false;

  constructor(options: TunnelOptions) {
    this.#options = options;
  }

  /** Ticket of the tunnel that the helper has for us, or had last. */
  get lastTicket(): string | null {
    return this.#lastTicket;
  }

  start(): void {
    this.#attempt.abort();
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#enqueue(() => this.#dial(attempt.signal));
  }

  close(): void {
    this.#attempt.abort();
    this.#current = null; // what the helper says of it from now on is what we asked for
    this.#enqueue(async () => {
      await this.#undo();
      this.#options.store.dispatch({ type: "hungUp" });
    });
  }

  /** Resolves when everything asked so far is carried out. */
  settled(): Promise<void> {
    return this.#queue;
  }

  /** Goes on with a tunnel that the person said is theirs. */
  adopt(ticket: string): void {
    this.#enqueue(async () => {
      const { store, portals } = this.#options;
      this.#lastTicket = ticket;
      this.#options.keep({ ticket });
      const status = await this.resume().catch(() => null);
      const link = portals.current;
      if (status === null || link === null) {
        store.dispatch({ type: "tunnelClosed", failure: { cause: "tunnelLost", detail: "" } });
        return;
      }
      // Which way it took, only the agent that dialled it knew.
      const endpoint: Endpoint = { host: link.host, port: link.port, proxy: null, wrapped: false };
      const tunnel = tunnelOf(status);
      if (tunnel) store.dispatch({ type: "tunnelResumed", tunnel, endpoint });
      await this.clearRoutes(status);
    });
  }

  /** Takes routes away that no connection of ours stands for. */
  async clearRoutes({ networks }: TunnelStatus): Promise<void> {
    if (networks.length > 0) await this.#options.helper.setRoutes([]);
  }

  /** Takes a tunnel of an earlier agent of ours back. Resolves to it; null: there is none that is up. */
  async resume(): Promise<TunnelStatus | null> {
    const kept = this.#lastTicket ?? this.#options.kept().ticket;
    if (kept === null) return null;
    const client = await this.#options.helper.client();
    const { tunnel: standing } = await client.ask({ type: "status" });
    if (standing === null) return null;
    const { tunnel } = await client.ask({ type: "resume" });
    if (tunnel?.ticket !== kept || tunnel.phase !== "up" || tunnel.slice === null) return null;
    this.#lastTicket = kept;
    const portal = this.#options.portals.current ?? { host: "", port: 443 };
    this.#current ??= { ticket: kept, portal, ways: [], fallen: new Set() };
    return tunnel;
  }

  /** The helper was away: its tunnel may have outlived that. */
  async reattach(): Promise<void> {
    const current = this.#current;
    if (current === null) return;
    try {
      if ((await this.resume())?.ticket === current.ticket) return;
      this.#lost(current, new CauseError("tunnelLost", "the helper was started anew"));
    } catch (error) {
      this.#lost(current, error);
    }
  }

  /** Takes what the helper says of the tunnel; what it says of one that we let go counts no more. */
  take(event: HelperEvent): void {
    const current = this.#current;
    if (current === null) return;
    const ended = hear(event, current, this.#options);
    if (ended) this.#lost(current, ended);
  }

  async #dial(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    let current: Current | null = null;
    try {
      const link = this.#options.portals.needCurrent();
      const ticket = await this.#freshTicket(signal);
      const portal = { host: link.host, port: link.port };
      const ways = await this.#options.planner.tunnel(portal, ticket.endpoints);
      signal.throwIfAborted();
      current = { ticket: ticket.id, portal, ways, fallen: new Set() };
      this.#current = current;
      this.#lastTicket = ticket.id;
      this.#options.keep({ ticket: ticket.id, endpoints: { portal: link.host, list: ticket.endpoints } });
      const [first] = ways;
      if (first) this.#options.store.dispatch({ type: "wayTried", endpoint: endpointOf(first) });
      // The answer comes when the tunnel is up or has failed; until then events tell the steps.
      this.#prepared = false;
      await this.#options.helper.ask(connectCall(ticket, ways, null), signal);
    } catch (error) {
      await this.#closePrepared();
      if (signal.aborted) return;
      if (current === null) await this.#failed(error);
      else this.#lost(current, error); // unless its `closed` event said so already
    }
  }

  // The helper carries one tunnel: what is left of our last one goes first.
  async #clearWay(): Promise<void> {
    const { tunnel } = await this.#options.helper.ask({ type: "status" });
    if (tunnel === null) return;
    if (!this.#isOurs(tunnel.ticket)) throw new ForeignTunnel(tunnel.ticket);
    await this.#undo();
  }

  // Drawn while the helper makes room, and again where that has taken long (a hanging helper, sleep in between): to an
  // expired ticket `front` says nothing at all, and the person would be told that there is no way out of this network.
  async #freshTicket(signal: AbortSignal): Promise<Ticket> {
    const { clock } = this.#options;
    const askedMs = clock.nowMs();
    const waiting = new AbortController();
    const room = this.#clearWay().then(() => this.#prepare(AbortSignal.any([signal, waiting.signal])));
    const [, ticket] = await Promise.all([room, this.#ticket(signal)]).finally(() => waiting.abort());
    return clock.nowMs() - askedMs < ticketUseMs ? ticket : await this.#ticket(signal);
  }

  // The ways of last time are opened while the ticket is drawn: a round trip less. Only a help: `connect` opens what is not open.
  async #prepare(signal: AbortSignal): Promise<void> {
    const { helper, planner, portals, kept } = this.#options;
    const { host, port } = portals.needCurrent();
    const { endpoints } = kept();
    if (endpoints?.portal !== host) return;
    const ways = await planner.tunnel({ host, port }, endpoints.list);
    if (signal.aborted) return; // nobody waits for it any more
    this.#prepared = true;
    await helper.ask({ type: "prepare", ways }).catch(() => undefined);
  }

  // Without a connect they would stay open for 10 s, and whoever hung up expects that nothing is left.
  async #closePrepared(): Promise<void> {
    if (!this.#prepared) return;
    this.#prepared = false;
    const limit = AbortSignal.timeout(undoTimeoutMs);
    await this.#options.helper.ask({ type: "disconnect" }, limit).catch(() => undefined);
  }

  #isOurs(ticket: string): boolean {
    return [this.#lastTicket, this.#options.kept().ticket, this.#consented].includes(ticket);
  }

  async #undo(): Promise<void> {
    const { helper } = this.#options;
    const limit = AbortSignal.timeout(undoTimeoutMs);
    try {
      const client = await helper.client();
      const { tunnel } = await client.ask({ type: "status" }, limit);
      if (tunnel === null || !this.#isOurs(tunnel.ticket)) return;
      const { received, sent } = tunnel;
      this.#options.store.dispatch({ type: "trafficCounted", received, sent }); // what came since the last count
      await client.ask({ type: "resume" }, limit).catch(() => undefined); // it may belong to a connection of the past
      await client.ask({ type: "disconnect" }, limit);
    } catch {
      // no helper, no tunnel; one of another user is not ours to close
    }
  }

  async #ticket(signal: AbortSignal): Promise<Ticket> {
    const { portals, signIn, laptop } = this.#options;
    const link = portals.needCurrent();
    const device = process.platform === "darwin" ? "tun" : "tap";
    const request = { device, laptop, replaces: this.#lastTicket } as const;
    return await signIn.inSession(link, () => link.client.ticket(request, signal), signal);
  }

  #lost(current: Current, error: unknown): void {
    if (this.#current !== current) return;
    this.#current = null;
    void this.#failed(error);
  }

  async #failed(error: unknown): Promise<void> {
    const { store, portals, proxies, policy } = this.#options;
    if (error instanceof ForeignTunnel) {
      this.#consented = error.ticket;
      store.dispatch({ type: "foreignTunnelFound", ticket: error.ticket });
      return;
    }
    const question = questionOf(error, { host: portals.current?.host ?? "", proxies, policy: await policy() });
    const failure = failureOf(error);
    if (question) store.dispatch({ type: "questionRaised", question, pending: "dial" });
    else if (failure.cause === "signedOut") store.dispatch({ type: "sessionEnded", failure });
    else store.dispatch({ type: "tunnelClosed", failure });
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work).catch((error: unknown) => {
      this.#options.store.dispatch({ type: "noticed", failure: failureOf(error) });
    });
  }
}
