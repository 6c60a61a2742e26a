import type { Socket } from "node:net";
import type { Cause } from "../../contract/causes.ts";
import { portalLinkAddress } from "./addresses.ts";
import type { ManagementEvent } from "./management-lines.ts";
import { ManagementReader } from "./management-lines.ts";

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

export interface ClientEvents {
  /** Never rejects. */
  authorise(question: Question): Promise<Verdict>;
  opened(client: Client): void;
  traffic(client: Client): void;
  closed(client: Client, detail: string): void;
}

/** What else the process says. */
export interface ProcessEvents {
  listening(): void;
  said(text: string): void;
  /** Not OpenVPN's language: the process cannot be trusted any more. */
  garbled(text: string): void;
}

const haltMs = 200;
const byteCountSeconds = 5;
const pendingSeconds = 30;
const denialKicksMs = [0, 20, 60, 120, 250, 500];

/** The line to one OpenVPN server's management interface, and the clients it tells of. */
export class Management {
  readonly #socket: Socket;
  readonly #events: ClientEvents & ProcessEvents;
  readonly #clients = new Map<number, Client>();
  /** Clients that web is being asked about. */
  readonly #judging = new Set<number>();

  constructor(socket: Socket, events: ClientEvents & ProcessEvents) {
    this.#socket = socket;
    this.#events = events;
    const reader = new ManagementReader();
    socket.setEncoding("utf8");
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: string) => {
      try {
        for (const event of reader.push(chunk)) this.#take(event);
      } catch (error) {
        events.garbled(String(error));
      }
    });
    this.#send("state on", `bytecount ${byteCountSeconds}`);
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

  /** Says that all clients are gone: the process is. */
  close(detail: string): void {
    this.#socket.destroy();
    for (const [cid, client] of [...this.#clients]) this.#forget(cid, client, detail);
  }

  #take(event: ManagementEvent): void {
    switch (event.kind) {
      case "hold":
        this.#send("hold release");
        return;
      case "state":
        if (event.state === "CONNECTED") this.#events.listening();
        return;
      case "bytes":
        this.#count(event.cid, event.received, event.sent);
        return;
      case "error":
        this.#events.said(`management: ${event.text}`);
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
    const isHere = this.#judging.delete(cid) && !this.#socket.destroyed;
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

  #send(...lines: readonly string[]): void {
    if (!this.#socket.destroyed) this.#socket.write(lines.map((line) => `${line}\n`).join(""));
  }
}
