import type { Server, Socket } from "node:net";
import { createServer } from "node:net";
import type { TLSSocket } from "node:tls";
import { createServer as createTlsServer } from "node:tls";
import { tunnelAlpn } from "../../contract/constants.ts";
import { unwrapKey } from "../tls-crypt/key.ts";
import { decodeMetadata } from "../tls-crypt/metadata.ts";
import { makeCamouflage } from "./certificate.ts";
import type { Contender } from "./dial.ts";
import { Dial } from "./dial.ts";
import { handToWeb } from "./https.ts";
import type { Wish } from "./opening.ts";
import { hearOut, readWish, readWrappedWish } from "./opening.ts";
import { ownsKey } from "./possession.ts";
import type { Ends } from "./proxy-header.ts";
import { neighbourhood, plainAddress } from "./proxy-header.ts";
import { Crowd, Strangers } from "./strangers.ts";
import { WebLink } from "./web-link.ts";

export interface FrontOptions {
  readonly ports: readonly number[];
  readonly webTlsSocket: string;
  readonly tunnelsSocket: string;
  /** Our address on the links to the accounts' servers. */
  readonly sourceAddress: string;
  readonly log: (text: string) => void;
}

const strangerLimits = { perAddress: 512, all: 8_192 };
/** A company's technicians share one address, each with a few connections to the portal. */
const maxHttpsPerAddress = 2_048;
const keepAliveMs = 30_000;
const handshakeMs = 5_000;
const backlog = 4_096;

/** The portal's three ports: every connection is a tunnel, the portal's HTTPS, a tunnel inside TLS, or closed in silence. */
export class Front {
  readonly #options: FrontOptions;
  readonly #link: WebLink;
  readonly #strangers = new Strangers(strangerLimits);
  readonly #visitors = new Crowd(maxHttpsPerAddress);
  /** By first packet. */
  readonly #dials = new Map<string, Dial>();
  readonly #servers: Server[] = [];
  readonly #camouflage: Server;
  /** What ends the strangerhood of a connection that is in its TLS handshake with us. */
  readonly #handshaking = new Map<string, () => void>();

  constructor(options: FrontOptions) {
    this.#options = options;
    this.#link = new WebLink(options.tunnelsSocket, (ticket) => this.#cut(ticket), options.log);
    this.#camouflage = createTlsServer(
      {
        ...makeCamouflage("localhost", new Date()),
        ALPNProtocols: [tunnelAlpn],
        minVersion: "TLSv1.2",
        handshakeTimeout: handshakeMs,
      },
      (socket) => void this.#greetWrapped(socket),
    );
    this.#camouflage.on("tlsClientError", (_error, socket: TLSSocket) => socket.destroy());
  }

  /** Resolves once every port is listened on. */
  async listen(): Promise<void> {
    for (const port of this.#options.ports) this.#servers.push(await this.#listenOn(port));
  }

  /** The ports that are listened on, in the order of the options. */
  get ports(): readonly number[] {
    return this.#servers.map((server) => {
      const address = server.address();
      return typeof address === "object" && address !== null ? address.port : 0;
    });
  }

  close(): void {
    for (const server of this.#servers) server.close();
    for (const dial of this.#dials.values()) dial.end();
    this.#link.close();
  }

  async #listenOn(port: number): Promise<Server> {
    try {
      return await this.#tryListen(port, "::");
    } catch (error) {
      // A kernel without IPv6.
      if (!(error instanceof Error && "code" in error && error.code === "EAFNOSUPPORT")) throw error;
      return await this.#tryListen(port, "0.0.0.0");
    }
  }

  #tryListen(port: number, host: string): Promise<Server> {
    const options = { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs };
    const server = createServer(options, (socket) => void this.#greet(socket));
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port, host, backlog }, () => {
        server.off("error", reject);
        server.on("error", (error) => this.#options.log(`port ${port}: ${error.message}`));
        resolve(server);
      });
    });
  }

  async #greet(socket: Socket): Promise<void> {
    socket.on("error", () => socket.destroy());
    const ends = endsOf(socket);
    if (ends === undefined) return void socket.destroy();
    const known = this.#strangers.add(neighbourhood(ends.caller), () => socket.destroy());
    socket.once("close", known);
    const heard = await hearOut(socket, readWish);
    if (heard === undefined) return;
    switch (heard.wish.kind) {
      case "https":
        known();
        this.#handToWeb(socket, ends, heard.bytes);
        return;
      case "wrapped":
        this.#handshaking.set(keyOf(ends), known);
        socket.once("close", () => this.#handshaking.delete(keyOf(ends)));
        socket.unshift(heard.bytes);
        this.#camouflage.emit("connection", socket);
        return;
      case "tunnel":
        return await this.#dial(socket, ends, heard.wish, known);
    }
  }

  #handToWeb(socket: Socket, ends: Ends, bytes: Uint8Array): void {
    const leave = this.#visitors.enter(neighbourhood(ends.caller));
    if (leave === undefined) {
      socket.destroy();
      return;
    }
    socket.once("close", leave);
    handToWeb(this.#options.webTlsSocket, socket, ends, bytes);
  }

  async #greetWrapped(socket: TLSSocket): Promise<void> {
    socket.on("error", () => socket.destroy());
    const ends = endsOf(socket);
    if (ends === undefined) return void socket.destroy();
    const known = this.#handshaking.get(keyOf(ends));
    const heard = await hearOut(socket, readWrappedWish);
    if (heard?.wish.kind === "tunnel") await this.#dial(socket, ends, heard.wish, () => known?.());
  }

  async #dial(socket: Socket, ends: Ends, wish: Extract<Wish, { kind: "tunnel" }>, known: () => void): Promise<void> {
    const contender: Contender = { socket, ends, rest: wish.rest };
    const key = Buffer.from(wish.head).toString("latin1");
    const running = this.#dials.get(key);
    if (running !== undefined) {
      known();
      return running.join(contender);
    }
    const ticketKey = await this.#link.ticketKey();
    if (socket.destroyed) return;
    const opened = ticketKey === undefined ? undefined : unwrapKey(ticketKey, wish.wrapped);
    const metadata = opened === undefined ? undefined : decodeMetadata(opened.metadata);
    if (opened === undefined || metadata === undefined || !ownsKey(opened.kc, wish.head)) return void socket.destroy();
    known();
    // Another of the same race may have come first while this one waited for the key.
    const earlier = this.#dials.get(key);
    if (earlier !== undefined) return earlier.join(contender);
    const proven = { metadata, kc: opened.kc, head: wish.head };
    const dial = new Dial(proven, this.#link, this.#options.sourceAddress, () => this.#dials.delete(key));
    this.#dials.set(key, dial);
    await dial.start(contender);
  }

  #cut(ticket: string): void {
    for (const dial of [...this.#dials.values()]) if (dial.ticket === ticket) dial.end();
  }
}

function endsOf(socket: Socket): Ends | undefined {
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  if (localAddress === undefined || localPort === undefined) return undefined;
  return {
    caller: plainAddress(remoteAddress),
    callerPort: remotePort,
    called: plainAddress(localAddress),
    calledPort: localPort,
  };
}

function keyOf(ends: Ends): string {
  return `${ends.caller} ${ends.callerPort} ${ends.calledPort}`;
}
