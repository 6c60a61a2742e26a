import type { AccountBook } from "./account-book.ts";
import type { Authorise, Verdict } from "./exchange-link.ts";
import type { Admission, Admit, FrontHandlers, Relay } from "./front-link.ts";
import { effectiveNetwork, networksOfMachine } from "./store/networks.ts";
import { sameDigest, sha256 } from "./store/random.ts";
import type { Store } from "./store/store.ts";
import type { LiveTunnel } from "./tunnel-book.ts";
import type { Tunnels } from "./tunnels.ts";

const serverPatienceMs = 10_000;
/** front reports its port before it sends the first byte, but over another socket than exchange's question. */
const portPatienceMs = 2000;

const refused: Verdict = { allowed: false, cause: "ticketRefused" };

/** Decides who may come through to a tunnel's server (front's question) and into the tunnel (exchange's). */
export class Admissions {
  readonly #store: Store;
  readonly #accounts: AccountBook;
  readonly #tunnels: Tunnels;

  constructor(store: Store, accounts: AccountBook, tunnels: Tunnels) {
    this.#store = store;
    this.#accounts = accounts;
    this.#tunnels = tunnels;
  }

  /** What front's link calls. */
  get handlers(): FrontHandlers {
    return {
      admit: (admit, relay) => this.admit(admit, relay),
      opened: (relay, sourcePort) => this.opened(relay, sourcePort),
      ended: (relay) => this.ended(relay),
    };
  }

  /** A caller proved to own a key that we minted. Its ticket must be known, unused, in time, and not be in use at this moment. */
  async admit({ metadata }: Admit, relay: Relay): Promise<Admission> {
    const tunnel = this.#tunnels.book.get(metadata.ticket);
    const account = this.#accounts.get(metadata.account);
    if (tunnel === undefined || account === undefined || tunnel.account !== account.id)
      return { refused: "ticketRefused" };
    const device = tunnel.kind === "router" ? "router" : tunnel.device;
    if (device !== metadata.device || !this.#isUnused(tunnel) || tunnel.relay !== null)
      return { refused: "ticketRefused" };
    tunnel.relay = relay;
    const server = tunnel.kind === "router" ? this.#tunnels.routerServer(account.id) : tunnel.listening.promise;
    const listening = await this.#within(serverPatienceMs, server).catch(() => undefined);
    if (listening === undefined) {
      this.ended(relay);
      return { refused: "portalFault" };
    }
    return { ...listening, accountKey: account.account_key };
  }

  /** front has connected to the server from this port of its own. */
  opened(relay: Relay, sourcePort: number): void {
    const tunnel = this.#tunnels.book.get(relay.ticket);
    if (tunnel?.relay === relay) tunnel.sourcePort.resolve(sourcePort);
  }

  /** front's connection is over. An unused ticket may be tried again until it expires. */
  ended(relay: Relay): void {
    const tunnel = this.#tunnels.book.get(relay.ticket);
    if (tunnel?.relay !== relay || tunnel.opened !== null) return;
    tunnel.relay = null;
    tunnel.sourcePort = Promise.withResolvers();
  }

  /** A client stands before a server with the ticket's id and password; or stands there `again`, renegotiating. */
  async authorise(question: Authorise): Promise<Verdict> {
    const tunnel = this.#tunnels.book.get(question.username);
    if (tunnel === undefined || tunnel.account !== question.account || tunnel.kind !== question.kind) return refused;
    if (question.again ? tunnel.opened === null : !this.#isUnused(tunnel)) return refused;
    const port = await this.#within(portPatienceMs, tunnel.sourcePort.promise).catch(() => undefined);
    // Another connection than the one that was admitted with this ticket: whoever that is must not use up the ticket.
    if (port !== question.sourcePort) return refused;
    const fits = sameDigest(sha256(question.password), tunnel.passwordHash);
    const verdict = fits ? await this.#judge(tunnel, question) : refused;
    if (!verdict.allowed) await this.#tunnels.end(tunnel, verdict.cause);
    else await this.#tunnels.open(tunnel);
    return verdict;
  }

  async #judge(tunnel: LiveTunnel, question: Authorise): Promise<Verdict> {
    if (tunnel.kind === "router") return await this.#judgeRouter(tunnel, question);
    const query = this.#store.db.selectFrom("users").select("disabled").where("id", "=", tunnel.user);
    const user = await query.where("account_id", "=", tunnel.account).executeTakeFirst();
    if (user?.disabled !== 0) return { allowed: false, cause: "revoked" };
    return { allowed: true, networks: [], address: tunnel.device === "tun" ? tunnel.addresses[0] : null };
  }

  /** A router shows its own certificate as well; the ticket alone opens nothing. */
  async #judgeRouter(tunnel: LiveTunnel, { certificate }: Authorise): Promise<Verdict> {
    const { db } = this.#store;
    const query = db.selectFrom("routers").select("certificate_sha256").where("machine_id", "=", tunnel.machine);
    const wanted = (await query.executeTakeFirst())?.certificate_sha256;
    if (certificate === null || wanted == null || !sameDigest(certificate, wanted)) return refused;
    const seen = db.updateTable("routers").set({ certificate_seen: 1 }).where("machine_id", "=", tunnel.machine);
    await seen.where("certificate_seen", "=", 0).execute();
    const networks = await networksOfMachine(db, tunnel.machine ?? "");
    return { allowed: true, networks: networks.map(effectiveNetwork), address: tunnel.addresses[0] };
  }

  #isUnused(tunnel: LiveTunnel): boolean {
    return tunnel.opened === null && this.#store.clock.now() < tunnel.expires;
  }

  async #within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
    const late = Promise.withResolvers<never>();
    const cancel = this.#store.clock.after(ms, () => late.reject(new Error(`not within ${ms} ms`)));
    try {
      return await Promise.race([work, late.promise]);
    } finally {
      cancel();
    }
  }
}
