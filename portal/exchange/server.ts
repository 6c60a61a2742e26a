import type { ChildProcess } from "node:child_process";
import { chownSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { createServer } from "node:net";
import type { Cause } from "../../contract/causes.ts";
import { CauseError } from "../../contract/causes.ts";
import type { Place } from "./addresses.ts";
import { portalLinkAddress } from "./addresses.ts";
import type { ManagementEvent } from "./management-lines.ts";
import { ManagementReader } from "./management-lines.ts";
import { programs, start } from "./programs.ts";

/** A client that stands before a server, as OpenVPN describes it. */
export interface Question {
  readonly username: string;
  readonly password: string;
  /** SHA-256 of the certificate's DER, lower-case hex; null without one. */
  readonly certificate: string | null;
  readonly sourcePort: number;
  /** A renegotiation of a client that is in already. */
  readonly again: boolean;
}

export type Verdict =
  /** `lines` go to this client's configuration: `ifconfig-push`, `iroute`. */
  { readonly allow: true; readonly lines: readonly string[] } | { readonly allow: false; readonly cause: Cause };

/** A client that was let in. */
export interface Client {
  readonly username: string;
  readonly sourcePort: number;
  readonly since: number;
  received: number;
  sent: number;
  isEstablished: boolean;
  onGone?: () => void;
}

export interface ServerEvents {
  /** Never rejects. */
  authorise(question: Question): Promise<Verdict>;
  opened(client: Client): void;
  traffic(client: Client): void;
  closed(client: Client, detail: string): void;
  /** The process is gone without having been asked to. Its clients were told `closed` before. */
  ended(detail: string): void;
}

export interface ServerOptions {
  readonly place: Place;
  readonly config: string;
  readonly managementSocket: string;
}

const startMs = 10_000;
const haltMs = 200;
const byteCountSeconds = 5;
const tailLines = 20;
const pendingSeconds = 30;
const denialKicksMs = [0, 20, 60, 120, 250, 500];

/** One OpenVPN server process and the line to its management interface. */
export class OpenvpnServer {
  readonly #events: ServerEvents;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #clients = new Map<number, Client>();
  /** Clients that web is being asked about. */
  readonly #judging = new Set<number>();
  readonly #tail: string[] = [];
  #management: Socket | undefined;
  #onListening: (() => void) | undefined;
  #isListening = false;
  #isStopped = false;

  private constructor(options: ServerOptions, events: ServerEvents) {
    this.#events = events;
    const confinement = { uid: options.place.uid, capabilities: [] };
    this.#child = start(options.place, confinement, [programs.openvpn, "--config", "stdin"], options.config);
    this.#child.stdout?.on("data", (chunk: Buffer) => this.#remember(chunk));
    this.#child.stderr?.on("data", (chunk: Buffer) => this.#remember(chunk));
    this.#gone = new Promise((resolve) => {
      this.#child.once("error", () => resolve());
      this.#child.once("close", () => resolve());
    });
    void this.#gone.then(() => this.#ended());
  }

  /**
   * Starts the process and resolves once it listens. Throws `openvpnDied` with its last words when it does not.
   *
   * The management socket is ours: OpenVPN would create it 0777 (OPENVPN-FACTS, 7), here it stands in a directory that only
   * root writes to, belongs to the account's uid, and takes one connection.
   */
  static async start(options: ServerOptions, events: ServerEvents): Promise<OpenvpnServer> {
    const listener = createServer();
    rmSync(options.managementSocket, { force: true });
    await new Promise<void>((resolve, reject) => {
      listener.once("error", reject);
      listener.listen(options.managementSocket, resolve);
    });
    chownSync(options.managementSocket, options.place.uid, options.place.uid);
    const server = new OpenvpnServer(options, events);
    listener.once("connection", (socket) => {
      listener.close();
      server.#manage(socket);
    });
    try {
      await server.#listening();
    } catch (error) {
      await server.stop();
      throw error;
    } finally {
      listener.close();
    }
    return server;
  }

  get clients(): Iterable<Client> {
    return this.#clients.values();
  }

  /** Tells a client not to come back, and waits 200 ms for it to go. Whether it did. */
  halt(client: Client, reason: Cause): Promise<boolean> {
    const cid = this.#cidOf(client);
    if (cid !== undefined) this.#send(`client-kill ${cid} "HALT,${reason}"`);
    return this.#isGone(client);
  }

  /** Cuts the connection of a client that is deaf to {@link halt}: it went on sending for 5 s (OPENVPN-FACTS, 2). */
  cut(client: Client): Promise<boolean> {
    this.#send(`kill ${portalLinkAddress}:${client.sourcePort}`);
    return this.#isGone(client);
  }

  /** Kills the process and waits until it is gone. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#child.kill("SIGKILL");
    await this.#gone;
    this.#management?.destroy();
  }

  #listening(): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (what: string) => reject(new CauseError("openvpnDied", `${what}: ${this.#lastWords()}`));
      const timer = setTimeout(() => fail("does not listen"), startMs);
      void this.#gone.then(() => {
        clearTimeout(timer);
        fail("ended at its start");
      });
      this.#onListening = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #manage(socket: Socket): void {
    this.#management = socket;
    const reader = new ManagementReader();
    socket.setEncoding("utf8");
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: string) => {
      try {
        for (const event of reader.push(chunk)) this.#take(event);
      } catch (error) {
        this.#remember(String(error));
        this.#child.kill("SIGKILL");
      }
    });
    this.#send("state on", `bytecount ${byteCountSeconds}`);
  }

  #take(event: ManagementEvent): void {
    switch (event.kind) {
      case "hold":
        this.#send("hold release");
        return;
      case "state":
        if (event.state !== "CONNECTED") return;
        this.#isListening = true;
        this.#onListening?.();
        return;
      case "bytes":
        this.#count(event.cid, event.received, event.sent);
        return;
      case "error":
        this.#remember(`management: ${event.text}`);
        return;
      case "client":
        this.#takeClient(event);
        return;
    }
  }

  #takeClient(event: Extract<ManagementEvent, { kind: "client" }>): void {
    const client = this.#clients.get(event.cid);
    switch (event.what) {
      case "CONNECT":
      case "REAUTH":
        void this.#judge(event);
        return;
      case "ESTABLISHED":
        if (client === undefined || client.isEstablished) return;
        client.isEstablished = true;
        this.#events.opened(client);
        return;
      case "DISCONNECT":
        this.#judging.delete(event.cid);
        if (client === undefined) return;
        client.received = Number(event.env.get("bytes_received") ?? client.received);
        client.sent = Number(event.env.get("bytes_sent") ?? client.sent);
        this.#forget(event.cid, client, "disconnected");
        return;
    }
  }

  async #judge({ what, cid, kid, env }: Extract<ManagementEvent, { kind: "client" }>): Promise<void> {
    const again = what === "REAUTH";
    this.#judging.add(cid);
    const digest = env.get("tls_digest_sha256_0");
    const question: Question = {
      username: env.get("username") ?? "",
      password: env.get("password") ?? "",
      certificate: digest === undefined ? null : digest.replaceAll(":", "").toLowerCase(),
      sourcePort: Number(env.get("untrusted_port") ?? env.get("trusted_port")),
      again,
    };
    const verdict = await this.#events.authorise(question);
    const isHere = this.#judging.delete(cid) && this.#management?.destroyed === false;
    if (!verdict.allow) {
      this.#send(`client-deny ${cid} ${kid} "${verdict.cause}" "${verdict.cause}"`);
      if (again) this.#send(`client-kill ${cid} "HALT,${verdict.cause}"`);
      else for (const ms of denialKicksMs) setTimeout(() => this.#kick(cid, kid), ms);
      return;
    }
    if (!again) {
      const { username, sourcePort } = question;
      const since = Date.now();
      const client = { username, sourcePort, since, received: 0, sent: 0, isEstablished: false };
      if (isHere) this.#clients.set(cid, client);
      // It hung up while web was asked, and its ticket is spent all the same.
      else this.#events.closed(client, "gone before it was let in");
    }
    this.#send(`client-auth ${cid} ${kid}`, ...verdict.lines, "END");
    if (!again) this.#kick(cid, kid);
  }

  /**
   * client-auth and client-deny only set a flag; without this the client waits for its own 1 s timer. client-pending-auth wakes
   * its instance (multi.c, management_client_auth; OPENVPN-FACTS, 2) and is harmless otherwise. A denial is passed on only
   * when the instance wakes after the client's last acknowledgement, one round trip later; hence several kicks.
   */
  #kick(cid: number, kid: number): void {
    this.#send(`client-pending-auth ${cid} ${kid} "x" ${pendingSeconds}`);
  }

  #count(cid: number, received: number, sent: number): void {
    const client = this.#clients.get(cid);
    if (client === undefined || (client.received === received && client.sent === sent)) return;
    client.received = received;
    client.sent = sent;
    this.#events.traffic(client);
  }

  #cidOf(client: Client): number | undefined {
    for (const [cid, other] of this.#clients) if (other === client) return cid;
    return undefined;
  }

  #isGone(client: Client): Promise<boolean> {
    if (this.#cidOf(client) === undefined) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), haltMs);
      client.onGone = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  #forget(cid: number, client: Client, detail: string): void {
    this.#clients.delete(cid);
    client.onGone?.();
    this.#events.closed(client, detail);
  }

  #ended(): void {
    const detail = `openvpn ended: ${this.#lastWords()}`;
    this.#management?.destroy();
    for (const [cid, client] of [...this.#clients]) this.#forget(cid, client, detail);
    if (this.#isListening && !this.#isStopped) this.#events.ended(detail);
  }

  #send(...lines: readonly string[]): void {
    if (this.#management?.destroyed === false) this.#management.write(lines.map((line) => `${line}\n`).join(""));
  }

  #remember(text: Buffer | string): void {
    this.#tail.push(...text.toString().trimEnd().split("\n"));
    this.#tail.splice(0, this.#tail.length - tailLines);
  }

  #lastWords(): string {
    return this.#tail.slice(-5).join(" | ");
  }
}
