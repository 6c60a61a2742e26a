import type { ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import type { ExchangeAccount, ExchangeTunnel } from "../../../contract/exchange.ts";
import { mintClientKey, newServerKey, parseServerKey } from "../../tls-crypt/key.ts";
import { encodeMetadata } from "../../tls-crypt/metadata.ts";
import { Authority } from "./authority.ts";
import { startClient } from "./client.ts";
import { FakeWebToExchange, FakeWebToFront } from "./fake-web.ts";
import type { World } from "./world.ts";
import { openWorld, said } from "./world.ts";

const portal = `${import.meta.dirname}/../..`;
const probe = `${import.meta.dirname}/probe.ts`;
/** As `anslut-portal serve` starts front: anslut-front of setup.sh, with the one capability. */
const unprivileged = [
  "setpriv",
  "--reuid=64002",
  "--regid=64002",
  "--clear-groups",
  "--no-new-privs",
  "--inh-caps=-all,+net_bind_service",
  "--ambient-caps=-all,+net_bind_service",
  "--bounding-set=-all,+net_bind_service",
];
const ready = /Initialization Sequence Completed/;
const portalAddress = { laptop: "198.51.1.1", visitor: "198.51.2.1", factory: "198.51.3.1" } as const;

export interface Dialled {
  readonly client: ChildProcess;
  /** From the start of the client's process to CONNECTED. */
  readonly connectedMs: number;
}

/** What a probe tells of. */
export interface Seen {
  readonly connected?: boolean;
  readonly ended?: string;
  readonly echo?: number | null;
  readonly from?: string;
  readonly lost?: string;
  readonly ms?: number;
}

/**
 * A world with exchange and front at work and the test as their web. The programs run from their sources, or from the bundles in
 * `ANSLUT_DIST`.
 */
export class Stage {
  readonly world: World;
  readonly authority: Authority;
  readonly ticketKey = newServerKey();
  readonly accountKey = newServerKey();
  readonly toFront: FakeWebToFront;
  #exchange: ChildProcess | undefined;
  #web: FakeWebToExchange | undefined;
  readonly #listening = new Map<string, { readonly address: string; readonly port: number }>();

  private constructor(world: World) {
    this.world = world;
    this.authority = new Authority(`${world.directory}/authority`);
    mkdirSync(`${world.directory}/front`);
    this.toFront = new FakeWebToFront(`${world.directory}/front/tunnels.sock`, this.ticketKey);
    this.toFront.admit = ({ metadata }) => {
      const where = this.#listening.get(metadata.device === "router" ? `routers ${metadata.account}` : metadata.ticket);
      if (where === undefined) return { type: "refused", cause: "ticketRefused" };
      return { type: "admitted", ...where, accountKey: this.accountKey };
    };
  }

  static async open(): Promise<Stage> {
    const stage = new Stage(await openWorld());
    await stage.startExchange();
    await said(stage.#start("front"), /listening/);
    return stage;
  }

  get web(): FakeWebToExchange {
    if (this.#web === undefined) throw new Error("exchange is not started");
    return this.#web;
  }

  async startExchange(): Promise<void> {
    this.#exchange = this.#start("exchange");
    await said(this.#exchange, /listening/);
    await this.comeAsWeb();
  }

  /** web connects (again). */
  async comeAsWeb(): Promise<void> {
    this.#web?.close();
    this.#web = new FakeWebToExchange(`${this.world.directory}/web/exchange.sock`);
    this.#web.authorise = ({ password }) =>
      password === "right" ? { type: "allow", networks: [], address: null } : { type: "deny", cause: "ticketRefused" };
    await this.#web.wait((message) => message.type === "welcome");
  }

  /** Sends a signal to exchange and waits until it is gone. */
  async endExchange(signal: "TERM" | "KILL"): Promise<void> {
    const ended = new Promise((resolve) => this.#exchange?.once("close", resolve));
    await this.world.run("portal", ["pkill", `-${signal}`, "-f", "^[^ ]*node .*exchange(/main.ts|.mjs)$"]);
    await ended;
  }

  account(name: string, index: number): ExchangeAccount {
    const server = this.authority.issue(`server-${name}`, "serverAuth");
    const second = index + 100;
    return {
      account: name,
      index,
      slices: [`10.${64 + index}.0.0/20`, `10.${second}.0.0/20`],
      server: { name: `server-${name}`, authority: this.authority.certificate, ...server, accountKey: this.accountKey },
    };
  }

  async ensureAccount(account: ExchangeAccount): Promise<void> {
    const listening = (message: { type: string }) => message.type === "routersListening";
    const told = this.web.messages.filter(listening).length;
    await this.done({ type: "ensureAccount", account });
    await this.web.until(() => this.web.messages.filter(listening).length > told);
    const last = this.web.messages.findLast((message) => message.type === "routersListening");
    if (last?.type === "routersListening") this.#noteListening(`routers ${account.account}`, last);
  }

  /** Asks exchange for something and expects it done. */
  async done(order: Parameters<FakeWebToExchange["request"]>[0]): Promise<void> {
    const reply = await this.web.request(order);
    if (reply.type !== "reply") throw new Error(JSON.stringify(reply));
  }

  async openTunnel(tunnel: ExchangeTunnel): Promise<void> {
    const reply = await this.web.request({ type: "openTunnel", tunnel });
    if (reply.type !== "reply" || reply.result.type !== "listening") throw new Error(JSON.stringify(reply));
    this.#noteListening(tunnel.tunnel, reply.result);
  }

  #noteListening(key: string, { address, port }: { readonly address: string; readonly port: number }): void {
    this.#listening.set(key, { address, port });
  }

  /** Starts a client of this ticket; `device` names it on its host. */
  startClient(
    host: "laptop" | "visitor",
    tunnel: ExchangeTunnel,
    device: string,
    extra: { readonly username?: string; readonly password?: string; readonly options?: readonly string[] } = {},
  ): ChildProcess {
    return startClient(this.world, {
      name: tunnel.tunnel,
      host,
      remote: { address: portalAddress[host], port: 443 },
      device: tunnel.device,
      deviceName: device,
      authority: this.authority.certificate,
      serverName: `server-${tunnel.account}`,
      clientKey: this.#key(tunnel.account, tunnel.device, tunnel.tunnel),
      username: extra.username ?? tunnel.tunnel,
      password: extra.password ?? "right",
      ...(tunnel.device === "tap" ? { mac: tunnel.mac } : {}),
      options: extra.options ?? [],
    });
  }

  async dial(host: "laptop" | "visitor", tunnel: ExchangeTunnel, device: string): Promise<Dialled> {
    const start = performance.now();
    const client = this.startClient(host, tunnel, device);
    await said(client, ready);
    const connectedMs = Math.round(performance.now() - start);
    if (tunnel.device === "tap") await this.world.run(host, ["ip", "link", "set", device, "up"]);
    return { client, connectedMs };
  }

  /** What the helper does with a lease: the address, the gateway, networks behind it. */
  async address(
    host: "laptop" | "visitor",
    device: string,
    address: string,
    networks: readonly string[],
  ): Promise<void> {
    const gateway = address.replace(/\.\d+\.\d+$/, ".0.1");
    await this.world.run(host, ["ip", "addr", "add", `${address}/32`, "dev", device]);
    await this.world.run(host, ["ip", "route", "replace", gateway, "dev", device, "src", address]);
    for (const network of networks) {
      await this.world.run(host, ["ip", "route", "replace", network, "via", gateway, "dev", device, "src", address]);
    }
  }

  async dialRouter(account: string, ticket: string): Promise<Dialled & { readonly certificate: string }> {
    const identity = this.authority.issue(`router-${ticket}`, "clientAuth");
    const start = performance.now();
    const client = startClient(this.world, {
      name: ticket,
      host: "factory",
      remote: { address: portalAddress.factory, port: 1194 },
      device: "tun",
      deviceName: `tun${ticket}`,
      authority: this.authority.certificate,
      serverName: `server-${account}`,
      clientKey: this.#key(account, "router", ticket),
      username: ticket,
      password: "right",
      identity,
      options: [],
    });
    await said(client, ready);
    return { client, connectedMs: Math.round(performance.now() - start), certificate: identity.certificate };
  }

  probe(host: string, ...args: readonly (string | number)[]): ChildProcess {
    return this.world.start(host, [process.execPath, probe, ...args.map(String)]);
  }

  /** What the probe says first. */
  async seen(host: string, ...args: readonly (string | number)[]): Promise<Seen> {
    const child = this.probe(host, ...args);
    const line = await said(child, /^\{/);
    child.kill();
    return JSON.parse(line);
  }

  /** udhcpc's last word: `lease of … obtained from …`. */
  async lease(host: "laptop" | "visitor", device: string, vendorClass: string): Promise<string> {
    const args = ["-i", device, "-n", "-q", "-f", "-t", "3", "-T", "1", "-V", vendorClass, "-s", "/bin/true"];
    const { output } = await this.world.run(host, ["udhcpc", ...args]);
    return /lease of \S+ obtained from \S+(?=,)/.exec(output)?.[0] ?? output;
  }

  close(): void {
    this.#web?.close();
    this.toFront.close();
    this.world.close();
  }

  #start(program: "exchange" | "front"): ChildProcess {
    const bundles = process.env.ANSLUT_DIST;
    const entry = bundles === undefined ? `${portal}/${program}/main.ts` : `${bundles}/${program}.mjs`;
    const user = program === "front" ? unprivileged : [];
    return this.world.start("portal", [...user, process.execPath, entry]);
  }

  #key(account: string, device: "tap" | "tun" | "router", ticket: string): string {
    return mintClientKey(parseServerKey(this.ticketKey), encodeMetadata({ account, device, ticket }));
  }
}

/** A technician's tunnel in an account made by {@link Stage.account}. */
export function tunnelOf(account: ExchangeAccount, ticket: string, offset: number): ExchangeTunnel {
  const [primary, second] = account.slices.map((slice) => slice.replace("0.0/20", `0.${offset}`));
  if (primary === undefined || second === undefined) throw new Error("an account has two slices");
  const mac = `02:a5:00:00:00:${offset.toString(16).padStart(2, "0")}`;
  return { tunnel: ticket, account: account.account, device: "tap", mac, addresses: [primary, second] };
}
