import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import type { Server, Socket } from "node:net";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import type { Account } from "../store/accounts.ts";
import { addAccount } from "../store/accounts.ts";
import { initialise } from "../store/initialise.ts";
import type { Admin, Store } from "../store/store.ts";
import { closeStore } from "../store/store.ts";
import type { Web, WebPaths } from "../web.ts";
import { pathsIn, startWeb } from "../web.ts";
import { TestClock } from "./clock.ts";
import { FramePeer } from "./frames.ts";

export const host = "portal.example";

/** A store of its own in a temporary folder, with a clock that stands. */
export async function testStore(): Promise<{
  store: Store;
  admin: Admin;
  clock: TestClock;
  remove: () => Promise<void>;
}> {
  const data = mkdtempSync(join(tmpdir(), "anslut-portal-"));
  const clock = new TestClock();
  const settings = { host, alsoHosts: ["192.0.2.10"], ports: [1194, 443, 80] };
  const store = await initialise(data, settings, null, "admin:test", clock);
  const remove = async () => {
    await closeStore(store);
    rmSync(data, { recursive: true });
  };
  return { store, admin: { store, actor: "admin:test" }, clock, remove };
}

/** A running web between an exchange and a front that only speak the contract, over real sockets. */
export class TestPortal {
  readonly store: Store;
  readonly admin: Admin;
  readonly clock: TestClock;
  readonly paths: WebPaths;
  readonly #removeStore: () => Promise<void>;
  readonly #run: string;
  readonly #exchangeServer: Server;
  readonly #exchanges: FramePeer[] = [];
  readonly #arrivals = new Set<(peer: FramePeer) => void>();
  /** What exchange says that it holds. */
  held: { accounts: string[]; tunnels: { tunnel: string; account: string; connected: boolean }[] } = {
    accounts: [],
    tunnels: [],
  };
  web: Web | undefined;

  private constructor(parts: Awaited<ReturnType<typeof testStore>>, pages: string | undefined) {
    this.store = parts.store;
    this.admin = parts.admin;
    this.clock = parts.clock;
    this.#removeStore = parts.remove;
    this.#run = mkdtempSync(join(tmpdir(), "anslut-run-"));
    mkdirSync(join(this.#run, "web"));
    mkdirSync(join(this.#run, "front"));
    this.paths = pathsIn(this.#run, pages ?? join(this.#run, "pages"));
    this.#exchangeServer = createServer((socket) => this.#greet(socket));
  }

  /** `pages` is where the built pages are; without, there are none. */
  static async start(pages?: string): Promise<TestPortal> {
    const portal = new TestPortal(await testStore(), pages);
    await portal.#listen();
    await portal.restartWeb();
    return portal;
  }

  get app() {
    if (this.web === undefined) throw new Error("web does not run");
    return this.web.app;
  }

  async restartWeb(): Promise<void> {
    await this.web?.stop();
    const before = this.#exchanges.length;
    this.web = await startWeb(this.store, this.paths, pino({ level: "silent" }));
    if (this.#exchanges.length === before) await this.exchangeArrives();
    while (!(await this.changed()));
  }

  /** The exchange end of web's newest connection. */
  get exchange(): FramePeer {
    const peer = this.#exchanges.at(-1);
    if (peer === undefined) throw new Error("web has not come to exchange");
    return peer;
  }

  exchangeArrives(): Promise<FramePeer> {
    return new Promise((resolve) => this.#arrivals.add(resolve));
  }

  /** Connects as front does. */
  async front(): Promise<FramePeer> {
    const peer = new FramePeer(connect(this.paths.tunnelsSocket));
    peer.say({ type: "hello" });
    await peer.expect({ type: "keys" });
    return peer;
  }

  /** What `anslut-portal` does after a change. Resolves when web has acted on it, with whether exchange is equal by then. */
  async changed(): Promise<boolean> {
    const socket = connect(this.paths.changesSocket);
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString();
    });
    await new Promise((resolve) => socket.on("close", resolve));
    return JSON.parse(text).exchange === true;
  }

  /** web's HTTP server on loopback, without TLS, for what `inject` cannot do. */
  async plainPort(): Promise<number> {
    const { server } = this.app;
    if (!server.listening) await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    return typeof address === "object" ? (address?.port ?? 0) : 0;
  }

  async addAccount(name: string): Promise<Account> {
    const account = await addAccount(this.admin, name);
    await this.changed();
    return account;
  }

  async stop(): Promise<void> {
    await this.web?.stop();
    for (const peer of this.#exchanges) peer.end();
    this.#exchangeServer.close();
    await this.#removeStore();
    rmSync(this.#run, { recursive: true });
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#exchangeServer.listen(this.paths.exchangeSocket, resolve));
  }

  #greet(socket: Socket): void {
    const peer = new FramePeer(socket);
    let port = 20_000;
    peer.answer = (message) => {
      const { id, type } = message;
      if (type === "hello") return { type: "welcome", protocol: 1, ...this.held };
      if (type === "allow" || type === "deny") return undefined;
      if (type === "openTunnel") {
        return { type: "reply", id, result: { type: "listening", address: "169.254.65.1", port: ++port } };
      }
      return { type: "reply", id, result: { type: "done" } };
    };
    this.#exchanges.push(peer);
    for (const wake of this.#arrivals) wake(peer);
    this.#arrivals.clear();
  }
}
