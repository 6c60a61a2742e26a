import { isIP } from "node:net";
import type { Cause } from "../../contract/causes.ts";
import { CauseError } from "../../contract/causes.ts";
import type { Ticket } from "../../contract/ticket.ts";
import { mintClientKey, parseServerKey } from "../tls-crypt/key.ts";
import { encodeMetadata } from "../tls-crypt/metadata.ts";
import type { AccountBook } from "./account-book.ts";
import type { Account } from "./store/accounts.ts";
import { addressAt, networkOf, sizeOf } from "./store/addresses.ts";
import { timeOf } from "./store/clock.ts";
import { newId, newToken, sha256 } from "./store/random.ts";
import type { PortalSettings } from "./store/settings.ts";
import type { Store } from "./store/store.ts";
import type { LiveTunnel, TunnelDraft } from "./tunnel-book.ts";
import { drawMac, gatewayOffset } from "./tunnel-book.ts";
import type { Tunnels } from "./tunnels.ts";

const validMs = 60_000;
/** Each ticket costs a process: a person may have laptops, spares and macOS at once, not a hundred. */
const mostTunnels = 16;

/** A technician who asks for a ticket. */
export interface TicketAsker {
  readonly account: string;
  readonly user: string;
  readonly session: string;
  readonly device: "tap" | "tun";
  readonly laptop: string;
  readonly replaces: string | null;
}

/** A machine whose router asks. */
export interface RouterAsker {
  readonly account: string;
  readonly machine: string;
  readonly offset: number;
}

/** Draws tickets: address, MAC, one-time password, and a client key that names the ticket. */
export class Tickets {
  readonly #store: Store;
  readonly #accounts: AccountBook;
  readonly #tunnels: Tunnels;
  readonly #settings: PortalSettings;

  constructor(store: Store, accounts: AccountBook, tunnels: Tunnels, settings: PortalSettings) {
    this.#store = store;
    this.#accounts = accounts;
    this.#tunnels = tunnels;
    this.#settings = settings;
  }

  /** `reachedAs` is the name under which the asker reached us: it resolves where they are. */
  async drawForTechnician(asker: TicketAsker, reachedAs: string): Promise<Ticket> {
    const account = this.#accounts.expect(asker.account);
    await this.#makeRoom(asker);
    const offset = this.#tunnels.book.drawOffset(account);
    if (offset === undefined) throw new CauseError("tooManyAttempts", "the account's network is full");
    const { user, session, device, laptop } = asker;
    return await this.#draw(
      account,
      { kind: "technician", user, session, machine: null, device, laptop, offset },
      reachedAs,
    );
  }

  /** A router's address is always the same. Its earlier, unused tickets are void; its tunnel ends when the new one opens. */
  async drawForRouter({ machine, offset, ...asker }: RouterAsker, reachedAs: string): Promise<Ticket> {
    const account = this.#accounts.expect(asker.account);
    for (const tunnel of this.#tunnels.book.ofAccount(account.id)) {
      if (tunnel.machine === machine && tunnel.opened === null) await this.#tunnels.end(tunnel, "tunnelReplaced");
    }
    const draft = { kind: "router", user: null, session: null, machine, device: "tun", laptop: "", offset } as const;
    return await this.#draw(account, draft, reachedAs);
  }

  async #draw(
    account: Account,
    who: Omit<TunnelDraft, "id" | "account" | "mac" | "passwordHash" | "created" | "expires">,
    reachedAs: string,
  ): Promise<Ticket> {
    const now = this.#store.clock.now();
    const password = newToken();
    const id = newId();
    const tunnel = await this.#tunnels.offer({
      ...who,
      id,
      account: account.id,
      mac: drawMac(),
      passwordHash: sha256(password),
      created: now,
      expires: now + validMs,
    });
    return {
      id,
      expires: timeOf(tunnel.expires),
      device: tunnel.device,
      endpoints: this.#endpoints(reachedAs),
      server: {
        name: account.server_name,
        authority: this.#store.secrets.read("tunnelAuthority"),
        clientKey: this.#mint(tunnel),
      },
      credentials: { username: id, password },
      mac: tunnel.mac,
      slices: slicesOf(account, tunnel),
    };
  }

  #mint(tunnel: LiveTunnel): string {
    const device = tunnel.kind === "router" ? "router" : tunnel.device;
    const metadata = encodeMetadata({ account: tunnel.account, device, ticket: tunnel.id });
    return mintClientKey(parseServerKey(this.#store.secrets.read("ticketKey")), metadata);
  }

  /** The name that worked for the asker first, then the portal's own. */
  #endpoints(reachedAs: string): Ticket["endpoints"] {
    const { host, alsoHosts, ports } = this.#settings;
    const ours = [host, ...alsoHosts].includes(reachedAs);
    const hosts = new Set(ours && isIP(reachedAs) === 0 ? [reachedAs] : ours ? [reachedAs, host] : [host]);
    return [...hosts].flatMap((name) => ports.map((port) => ({ host: name, port }))).slice(0, 12);
  }

  /** Ends the tunnel that is replaced, and the oldest spare ticket when a person has too many. */
  async #makeRoom(asker: TicketAsker): Promise<void> {
    const end = (tunnel: LiveTunnel, cause: Cause) => this.#tunnels.end(tunnel, cause);
    const replaced = asker.replaces === null ? undefined : this.#tunnels.book.get(asker.replaces);
    // Somebody else's, or long gone: no matter, and no difference in the answer.
    if (replaced !== undefined && replaced.user === asker.user) await end(replaced, "tunnelReplaced");
    const own = this.#tunnels.book.ofUser(asker.user);
    if (own.length < mostTunnels) return;
    const spare = own.find((tunnel) => tunnel.opened === null);
    if (spare === undefined) throw new CauseError("tooManyAttempts", `${mostTunnels} tunnels are open`);
    await end(spare, "tunnelReplaced");
  }
}

/** A technician may choose the slice; routers live in the primary one (the account's server translates from the second). */
function slicesOf(account: Account, tunnel: LiveTunnel): Ticket["slices"] {
  const router = tunnel.kind === "router";
  const gateway = router ? sizeOf(networkOf(account.slice).prefix) / 2 : gatewayOffset;
  const slices = [account.slice, account.second_slice].map((network, index) => ({
    network,
    address: tunnel.addresses[index] ?? "",
    gateway: addressAt(network, gateway),
  }));
  return router ? slices.slice(0, 1) : slices;
}
