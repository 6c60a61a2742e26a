import type { Logger } from "pino";
import type { Cause } from "../../contract/causes.ts";
import { failureOf } from "../../contract/causes.ts";
import type { AccountBook } from "./account-book.ts";
import type { ExchangeLink, TunnelEvent, Welcome } from "./exchange-link.ts";
import { RouterServers } from "./router-servers.ts";
import type { Account } from "./store/accounts.ts";
import type { Store } from "./store/store.ts";
import type { Listening, LiveTunnel, TunnelDraft } from "./tunnel-book.ts";
import { draftOf, TunnelBook } from "./tunnel-book.ts";
import { TunnelRows } from "./tunnel-rows.ts";

/** Who wants to know of tunnels. */
export interface TunnelListener {
  readonly opened: (tunnel: LiveTunnel) => void;
  /** It was open and is no more; `cause` is null when its owner hung up. */
  readonly ended: (tunnel: LiveTunnel, cause: Cause | null) => void;
  /** What it has received and sent is known anew. */
  readonly counted: (tunnel: LiveTunnel) => void;
}

/** The life of tunnels: offered with a ticket, opened, ended. Keeps database, memory and exchange equal. */
export class Tunnels {
  readonly book = new TunnelBook();
  readonly #store: Store;
  readonly #accounts: AccountBook;
  readonly #exchange: ExchangeLink;
  readonly #log: Logger;
  readonly #rows: TunnelRows;
  readonly #routerServers = new RouterServers();
  #listener: TunnelListener = { opened: () => {}, ended: () => {}, counted: () => {} };

  constructor(store: Store, accounts: AccountBook, exchange: ExchangeLink, log: Logger) {
    this.#store = store;
    this.#rows = new TunnelRows(store);
    this.#accounts = accounts;
    this.#exchange = exchange;
    this.#log = log;
  }

  listen(listener: TunnelListener): void {
    this.#listener = listener;
  }

  /** Takes up what lived when web ended. */
  async load(): Promise<void> {
    for (const row of await this.#rows.live()) {
      const tunnel = this.book.add(draftOf(row), this.#accounts.expect(row.account_id));
      tunnel.opened = row.opened;
      tunnel.received = row.received;
      tunnel.sent = row.sent;
      if (row.source_port !== null) tunnel.sourcePort.resolve(row.source_port);
      if (tunnel.opened === null) this.#expireLater(tunnel);
    }
  }

  /** Makes a tunnel for a ticket. Its server is started at the same time; nobody needs to wait for it here. */
  async offer(draft: TunnelDraft): Promise<LiveTunnel> {
    const tunnel = this.book.add(draft, this.#accounts.expect(draft.account));
    this.#startServer(tunnel);
    this.#expireLater(tunnel);
    await this.#rows.offered(draft);
    return tunnel;
  }

  /** Where the process listens that the account's routers share. */
  routerServer(account: string): Promise<Listening> {
    return this.#routerServers.of(account);
  }

  /** The client is authorised: the ticket is used up. */
  async open(tunnel: LiveTunnel): Promise<void> {
    if (tunnel.opened !== null) return;
    tunnel.opened = this.#store.clock.now();
    const sourcePort = await Promise.race([tunnel.sourcePort.promise, Promise.resolve(null)]);
    await this.#rows.opened(tunnel, sourcePort);
  }

  /** Ends a tunnel, whatever its state: client told, connection cut, flows closed by whoever listens. */
  async end(tunnel: LiveTunnel, cause: Cause): Promise<void> {
    if (this.book.get(tunnel.id) !== tunnel) return;
    const { relay } = tunnel;
    const closed = this.#exchange.request({ type: "closeTunnel", tunnel: tunnel.id, reason: cause });
    // The server tells the client why before it ends, so front cuts last.
    closed.catch((error) => this.#log.debug({ err: error }, "closeTunnel")).finally(() => relay?.cut());
    await this.#forget(tunnel, cause);
  }

  /** What exchange tells of tunnels. */
  take(event: TunnelEvent): void {
    if (event.type === "routersListening") {
      this.#routerServers.listening(event.account, event);
      return;
    }
    const tunnel = this.book.get(event.tunnel);
    if (tunnel === undefined || tunnel.account !== event.account) return;
    if (event.type === "tunnelOpened") {
      this.#quietly(this.#rows.audit(tunnel, "tunnelOpened", "done"));
      this.#listener.opened(tunnel);
      return;
    }
    // A server that died tells of nothing any more.
    tunnel.received = Math.max(tunnel.received, event.received);
    tunnel.sent = Math.max(tunnel.sent, event.sent);
    // Also a ticket whose client fell before it was through: its server is gone, and the next dial brings a new one.
    if (event.type === "tunnelClosed") this.#quietly(this.#forget(tunnel, null));
    else this.#listener.counted(tunnel);
  }

  /** Makes exchange equal to the database after `welcome`. `then` is called for each account once its servers stand. */
  async reconcile(welcome: Welcome, then: (account: string) => Promise<void>): Promise<void> {
    const known = new Set(this.#accounts.all().map(({ id }) => id));
    for (const account of welcome.accounts) {
      if (!known.has(account)) this.#quietly(this.#exchange.request({ type: "removeAccount", account }));
    }
    const there = new Map(welcome.tunnels.map((tunnel) => [tunnel.tunnel, tunnel]));
    for (const { tunnel } of welcome.tunnels) {
      if (this.book.get(tunnel) !== undefined) continue;
      this.#quietly(this.#exchange.request({ type: "closeTunnel", tunnel, reason: "ticketRefused" }));
    }
    for (const tunnel of this.book.all()) {
      const found = there.get(tunnel.id);
      if (found?.connected === true) await this.open(tunnel);
      else if (tunnel.opened !== null) await this.#forget(tunnel, "tunnelLost");
    }
    await Promise.all(this.#accounts.all().map((account) => this.#reconcileAccount(account, then)));
  }

  /** An account that cannot be made harms no other. */
  async #reconcileAccount(account: Account, then: (account: string) => Promise<void>): Promise<void> {
    try {
      await this.ensureAccount(account);
      for (const tunnel of this.book.ofAccount(account.id)) if (tunnel.opened === null) this.#startServer(tunnel);
      await then(account.id);
    } catch (error) {
      this.#log.error({ err: error, account: account.id }, "account");
    }
  }

  /** Asks exchange for an account's namespace and servers. */
  async ensureAccount(account: Account): Promise<void> {
    const { id, idx, slice, second_slice } = account;
    const result = await this.#exchange.request({
      type: "ensureAccount",
      account: {
        account: id,
        index: idx,
        slices: [slice, second_slice],
        server: {
          name: account.server_name,
          authority: this.#store.secrets.read("tunnelAuthority"),
          certificate: account.server_certificate,
          privateKey: account.server_private_key,
          accountKey: account.account_key,
        },
      },
    });
    if (result.type === "listening") this.#routerServers.listening(id, result);
  }

  /** An account was removed: its tunnels with it. */
  async removeAccount(account: string): Promise<void> {
    for (const tunnel of this.book.ofAccount(account)) await this.end(tunnel, "revoked");
    this.#routerServers.delete(account);
    if (this.#exchange.connected) await this.#exchange.request({ type: "removeAccount", account });
  }

  #startServer(tunnel: LiveTunnel): void {
    // Routers share a server; without exchange there is none, and `welcome` comes back here.
    if (tunnel.kind === "router" || !this.#exchange.connected) return;
    const { id, account, device, mac, addresses } = tunnel;
    this.#exchange.request({ type: "openTunnel", tunnel: { tunnel: id, account, device, mac, addresses } }).then(
      (result) => {
        if (result.type === "listening") this.#setListening(tunnel, result);
      },
      (error) => {
        this.#log.error({ err: error, tunnel: id }, "openTunnel");
        // Only what exchange refuses is final; when it went away, it gets the request again.
        if (this.#exchange.connected) this.#quietly(this.end(tunnel, failureOf(error).cause));
      },
    );
  }

  #setListening(tunnel: LiveTunnel, { address, port }: Listening): void {
    tunnel.listening.resolve({ address, port });
    // Told again after exchange came back: who asks from now on gets the new place.
    tunnel.listening = Promise.withResolvers();
    tunnel.listening.resolve({ address, port });
  }

  #expireLater(tunnel: LiveTunnel): void {
    const { clock } = this.#store;
    clock.after(tunnel.expires - clock.now(), () => {
      if (tunnel.opened === null) this.#quietly(this.end(tunnel, "ticketRefused"));
    });
  }

  async #forget(tunnel: LiveTunnel, cause: Cause | null): Promise<void> {
    if (this.book.get(tunnel.id) !== tunnel) return;
    this.book.delete(tunnel.id);
    if (tunnel.opened !== null) this.#listener.ended(tunnel, cause);
    await this.#rows.ended(tunnel, cause);
    if (tunnel.opened !== null) await this.#rows.audit(tunnel, "tunnelEnded", cause ?? "done");
  }

  #quietly(work: Promise<unknown>): void {
    work.catch((error) => this.#log.warn({ err: error }, "tunnels"));
  }
}
