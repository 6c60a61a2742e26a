import type { Logger } from "pino";
import type { Static } from "typebox";
import type { Cause } from "../../contract/causes.ts";
import { CauseError } from "../../contract/causes.ts";
import type { ConnectRequest, Intent, IntentState, OwnConnection } from "../../contract/portal.ts";
import type { AccountBook } from "./account-book.ts";
import { covers, watchOf } from "./checks.ts";
import type { EventHub } from "./events.ts";
import type { ExchangeLink } from "./exchange-link.ts";
import { FlowSender } from "./flow-sender.ts";
import type { OpenConnection } from "./flows.ts";
import { flowsOf } from "./flows.ts";
import type { OpenIntent } from "./intent-rows.ts";
import { IntentRows } from "./intent-rows.ts";
import { MachineAccess } from "./machine-access.ts";
import type { MachineNews } from "./machine-news.ts";
import type { RouterOrderBook, Sighting } from "./router-orders.ts";
import type { Session } from "./sessions.ts";
import { addressAt } from "./store/addresses.ts";
import { timeOf } from "./store/clock.ts";
import { newId } from "./store/random.ts";
import type { Store } from "./store/store.ts";
import type { LiveTunnel } from "./tunnel-book.ts";
import type { Tunnels } from "./tunnels.ts";

/** How long a machine may be offline before the connections to it end: a router that only dials anew finds them open. */
const routerGraceMs = 60_000;

/** Connections tunnel ↔ machine: opened by a Connect, judged anew whenever rights, tunnels or machines change. */
export class Intents {
  readonly #accounts: AccountBook;
  readonly #tunnels: Tunnels;
  readonly #exchange: ExchangeLink;
  readonly #events: EventHub;
  readonly #store: Store;
  readonly #log: Logger;
  readonly #rows: IntentRows;
  readonly #access: MachineAccess;
  readonly #flows: FlowSender;
  readonly #orders: RouterOrderBook;
  readonly #cancelReview = new Map<string, () => void>();
  #news: Pick<MachineNews, "machineChanged"> = { machineChanged: async () => {} };

  constructor(
    store: Store,
    accounts: AccountBook,
    tunnels: Tunnels,
    exchange: ExchangeLink,
    events: EventHub,
    log: Logger,
    orders: RouterOrderBook,
  ) {
    this.#orders = orders;
    this.#store = store;
    this.#accounts = accounts;
    this.#tunnels = tunnels;
    this.#exchange = exchange;
    this.#events = events;
    this.#log = log;
    this.#rows = new IntentRows(store);
    this.#access = new MachineAccess(store);
    this.#flows = new FlowSender(exchange, (account) => flowsOf(this.#connections(account)));
  }

  /** Takes up what was open when web ended; who is told of machines that change. */
  async load(news: Pick<MachineNews, "machineChanged">): Promise<void> {
    this.#news = news;
    await this.#rows.load();
    for (const intent of this.#rows.all()) {
      if (this.#tunnels.book.get(intent.tunnel) !== undefined) continue;
      await this.#rows.close(intent, "tunnelLost", undefined, "unseen");
    }
  }

  /** Names of the users who are connected to a machine. Whose laptop found that its networks collide is not there. */
  present(machine: string): readonly string[] {
    const there = this.#rows
      .all()
      .filter((intent) => intent.machine === machine && intent.state?.state !== "overlapping");
    return [...new Set(there.map(({ userName }) => userName))].sort();
  }

  /** Opens a connection, or gives the open one other networks. Throws the cause that stands in the way. */
  async connect(session: Session, machineId: string, request: Static<typeof ConnectRequest>): Promise<Intent> {
    const access = await this.#access.of(session, machineId);
    const { machine } = access;
    const networks = this.#access.choose(access, request.networks);
    if (machine.online === 0) throw new CauseError("machineOffline");
    const tunnel = this.#chooseTunnel(session.user, request.tunnel);
    const before = this.#rows.all().find((open) => open.tunnel === tunnel.id && open.machine === machineId);
    const intent: OpenIntent = before ?? {
      id: newId(),
      account: session.account,
      user: session.user,
      userName: session.userName,
      tunnel: tunnel.id,
      machine: machineId,
      machineName: machine.name,
      laptop: tunnel.laptop,
      routerOffset: machine.router_offset,
      orderNumber: "",
      reason: "",
      started: this.#store.clock.now(),
      receivedBefore: tunnel.received,
      sentBefore: tunnel.sent,
      asked: [],
      networks: [],
      state: null,
    };
    intent.asked = networks.map(({ network }) => network);
    intent.networks = networks;
    // Asked for again, as by other addresses: who writes nothing takes nothing away that was written before.
    intent.orderNumber = request.orderNumber || intent.orderNumber;
    intent.reason = request.reason || intent.reason;
    const write = this.#rows.write(intent);
    this.#watch(machineId);
    try {
      await Promise.all([this.#flows.apply(session.account), write]);
    } catch (error) {
      // Neither a flow that was not written down, nor a connection without its flows.
      await write.catch(() => {});
      await this.#end(intent, "portalFault");
      throw error;
    }
    this.#events.publish(session.user, { type: "intent", intent: intent.id, tunnel: tunnel.id }, "agents");
    // What is known of the devices already is news for this connection.
    this.devicesSighted(machineId, this.#orders.sighted(machineId));
    this.#reviewLater(session.account);
    await this.#news.machineChanged(session.account, machineId);
    await this.#rows.audit(intent, "connect", "done", session.address);
    return this.#view(intent);
  }

  /** Ends the person's own connections to a machine: those of one tunnel, or all. */
  async disconnect(session: Session, machine: string, tunnel: string | null): Promise<void> {
    const own = this.#rows.all().filter((intent) => intent.user === session.user && intent.machine === machine);
    for (const intent of own) if (tunnel === null || intent.tunnel === tunnel) await this.#end(intent, null);
  }

  /** All of one's own open connections, oldest first. */
  ofUser({ user }: Session): OwnConnection[] {
    const own = this.#rows.all().filter((intent) => intent.user === user);
    return own.map(({ id, tunnel, machine, state }) => ({ intent: id, tunnel, machine, state })).slice(-500);
  }

  /** One's own open intent; `notFound` for everything else. */
  get(session: Session, id: string): Intent {
    return this.#view(this.#own(session, id));
  }

  /** What the agent reports of a connection. `closed` ends it. */
  async setState(session: Session, id: string, state: Static<typeof IntentState>): Promise<void> {
    const intent = this.#own(session, id);
    const collided = intent.state?.state === "overlapping";
    await this.#rows.setState(intent, state);
    this.#events.publish(session.user, { type: "intentState", intent: id, machine: intent.machine, state });
    if (state.state === "closed") await this.#end(intent, state.cause);
    else if (collided !== (state.state === "overlapping")) {
      await this.#news.machineChanged(intent.account, intent.machine);
    }
  }

  /** The agent says that its connection has ended already, which the portal has not heard of. Does nothing to one that is not open. */
  async endUnseen(session: Session, id: string, cause: Cause | null): Promise<void> {
    const intent = this.#rows.get(id);
    if (intent !== undefined && intent.user === session.user) await this.#end(intent, cause, undefined, "unseen");
  }

  /** A technician's tunnel is gone, and its connections with it. One that exchange has lost went without anybody looking. */
  async tunnelEnded(tunnel: LiveTunnel, cause: Cause | null): Promise<void> {
    const end = cause === "tunnelLost" ? "unseen" : "seen";
    for (const intent of this.#rows.all()) {
      if (intent.tunnel === tunnel.id) await this.#end(intent, cause ?? "tunnelLost", tunnel, end);
    }
    await this.#rows.count(tunnel.id, tunnel);
  }

  /** It is known anew what a tunnel has carried. */
  async tunnelCounted(tunnel: LiveTunnel): Promise<void> {
    await this.#rows.count(tunnel.id, tunnel);
  }

  /** A machine's router is gone: when it does not come back, neither do the connections. */
  routerEnded(machine: string): void {
    this.#store.clock.after(routerGraceMs, () => {
      if (this.#tunnels.book.routerOf(machine) !== undefined) return;
      for (const intent of this.#rows.all()) {
        if (intent.machine === machine) this.#quietly(this.#end(intent, "machineOffline"));
      }
    });
  }

  /** Which devices of each machine somebody is connected to. */
  watched(): ReadonlyMap<string, readonly string[]> {
    const byMachine = Map.groupBy(this.#rows.all(), ({ machine }) => machine);
    return new Map([...byMachine].map(([id, open]) => [id, watchOf(open.flatMap(({ networks }) => [...networks]))]));
  }

  /** Tells who is connected to a machine which of his devices do not answer their router. */
  devicesSighted(machine: string, sighted: readonly Sighting[]): void {
    for (const intent of this.#rows.all()) {
      if (intent.machine !== machine) continue;
      const own = sighted.filter(({ address }) => intent.networks.some((network) => covers(network, address)));
      const silent = own.flatMap(({ address, answers }) => (answers ? [] : [address])).slice(0, 64);
      this.#events.publish(
        intent.user,
        { type: "devices", intent: intent.id, tunnel: intent.tunnel, silent },
        "agents",
      );
    }
  }

  /** Judges all open connections of an account by the rights of this moment. What nothing allows any more is cut. */
  async review(account: string): Promise<void> {
    for (const intent of this.#rows.ofAccount(account)) await this.#review(intent);
    await this.#applyFlows(account);
    this.#reviewLater(account);
  }

  async #review(intent: OpenIntent): Promise<void> {
    const viewer = { account: intent.account, user: intent.user };
    const access = await this.#access.of(viewer, intent.machine).catch(() => undefined);
    const networks = access?.reachable.filter(({ network }) => intent.asked.includes(network)) ?? [];
    if (access === undefined || networks.length === 0) return await this.#end(intent, "revoked");
    if (JSON.stringify(networks) === JSON.stringify(intent.networks)) return;
    intent.networks = networks;
    await this.#rows.write(intent);
    this.#watch(intent.machine);
    // The agent reads the networks anew and takes the routes back that lead nowhere now.
    this.#events.publish(intent.user, { type: "intent", intent: intent.id, tunnel: intent.tunnel }, "agents");
  }

  async #end(
    intent: OpenIntent,
    cause: Cause | null,
    ended?: LiveTunnel,
    end: "seen" | "unseen" = "seen",
  ): Promise<void> {
    if (!this.#rows.isOpen(intent)) return;
    await this.#rows.close(intent, cause, ended ?? this.#tunnels.book.get(intent.tunnel), end);
    this.#watch(intent.machine);
    await this.#applyFlows(intent.account);
    this.#events.publish(intent.user, { type: "intentEnded", intent: intent.id, tunnel: intent.tunnel, cause });
    await this.#news.machineChanged(intent.account, intent.machine);
    await this.#rows.audit(intent, "disconnect", cause ?? "done", null);
  }

  #watch(machine: string): void {
    this.#orders.watch(machine, this.watched().get(machine) ?? []);
  }

  /** When exchange is away it gets the flows after its next welcome. */
  async #applyFlows(account: string): Promise<void> {
    if (!this.#exchange.connected) return;
    await this.#flows.apply(account).catch((error) => this.#log.warn({ err: error, account }, "setFlows"));
  }

  #chooseTunnel(user: string, wanted: string | null): LiveTunnel {
    const open = this.#tunnels.book.ofUser(user).filter((tunnel) => tunnel.opened !== null);
    const fitting = wanted === null ? open : open.filter((tunnel) => tunnel.id === wanted);
    const [tunnel, another] = fitting;
    if (tunnel === undefined) throw new CauseError("dialFirst");
    if (another !== undefined) throw new CauseError("severalTunnels");
    return tunnel;
  }

  #own(session: Session, id: string): OpenIntent {
    const intent = this.#rows.get(id);
    if (intent === undefined || intent.user !== session.user) throw new CauseError("notFound");
    return intent;
  }

  #view(intent: OpenIntent): Intent {
    const { id, tunnel, machine, machineName, networks, orderNumber, reason, started } = intent;
    return {
      id,
      tunnel,
      machine,
      machineName,
      router: this.#routerOf(intent),
      networks: [...networks],
      orderNumber,
      reason,
      created: timeOf(started),
    };
  }

  #connections(account: string): OpenConnection[] {
    return this.#rows.ofAccount(account).map((intent) => {
      return { tunnel: intent.tunnel, router: this.#routerOf(intent)[0], networks: intent.networks };
    });
  }

  #routerOf({ account, routerOffset }: OpenIntent): [string, string] {
    const { slice, second_slice } = this.#accounts.expect(account);
    return [addressAt(slice, routerOffset), addressAt(second_slice, routerOffset)];
  }

  /** Grants that are good until a time end by themselves. */
  #reviewLater(account: string): void {
    this.#cancelReview.get(account)?.();
    this.#cancelReview.delete(account);
    this.#quietly(
      this.#access.nextEnd(this.#rows.ofAccount(account)).then((end) => {
        if (end === undefined) return;
        const cancel = this.#store.clock.after(end - this.#store.clock.now(), () =>
          this.#quietly(this.review(account)),
        );
        this.#cancelReview.get(account)?.();
        this.#cancelReview.set(account, cancel);
      }),
    );
  }

  #quietly(work: Promise<unknown>): void {
    work.catch((error) => this.#log.warn({ err: error }, "intents"));
  }
}
