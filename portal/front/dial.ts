import type { Socket } from "node:net";
import { connect } from "node:net";
import type { TicketMetadata } from "../../contract/ticket.ts";
import { parseServerKey, wrapKey } from "../tls-crypt/key.ts";
import { withWrapped } from "./first-packet.ts";
import type { Ends } from "./proxy-header.ts";
import { splice } from "./splice.ts";
import type { Admission, WebLink } from "./web-link.ts";

type Admitted = Extract<Admission, { type: "admitted" }>;

/** One of the connections that bring the same first packet: the port race of one client. */
export interface Contender {
  readonly socket: Socket;
  readonly ends: Ends;
  /** What the client sent behind its first packet. */
  readonly rest: Uint8Array;
}

/** Whose first packet it is, proven. */
export interface Proven {
  readonly metadata: TicketMetadata;
  readonly kc: Uint8Array;
  /** The packet up to its WKc. */
  readonly head: Uint8Array;
}

interface Held {
  readonly contender: Contender;
  readonly release: () => Contender;
}

const maxHeld = 8;
const maxHeldBytes = 16_384;

/**
 * One dial. Of several connections with the same first packet the first is carried; the others are held without an answer and
 * closed once the first is established. When its caller hangs up before that, the next takes its place.
 */
export class Dial {
  readonly #proven: Proven;
  readonly #link: WebLink;
  readonly #sourceAddress: string;
  readonly #onEnd: () => void;
  readonly #held: Held[] = [];
  /** What web knows the connection by that is carried. */
  #admission: number | undefined;
  #carried: Socket | undefined;
  #server: Socket | undefined;
  #isOver = false;
  /** The client has gone on after the server's answer. */
  #isEstablished = false;

  constructor(proven: Proven, link: WebLink, sourceAddress: string, onEnd: () => void) {
    this.#proven = proven;
    this.#link = link;
    this.#sourceAddress = sourceAddress;
    this.#onEnd = onEnd;
  }

  get ticket(): string {
    return this.#proven.metadata.ticket;
  }

  /** Asks web, and carries `contender` when it may. */
  async start(contender: Contender): Promise<void> {
    this.#carried = contender.socket;
    const { caller, callerPort, calledPort } = contender.ends;
    const request = { metadata: this.#proven.metadata, caller, callerPort, port: calledPort };
    const { id, answer } = await this.#link.admit(request);
    if (answer?.type !== "admitted") {
      this.end();
      return;
    }
    this.#admission = id;
    if (this.#isOver) this.#tellEnded();
    else if (contender.socket.destroyed) this.#next();
    else this.#carry(contender, answer);
  }

  /**
   * One more connection of the same race. Once the race is decided it is none any more, but a latecomer or somebody who saw the
   * packet go by and sends it again: held, it would stay as long as the tunnel.
   */
  join(contender: Contender): void {
    if (this.#isOver || this.#isEstablished || this.#held.length >= maxHeld) contender.socket.destroy();
    else this.#held.push(hold(contender, (lost) => this.#forget(lost)));
  }

  /** Ends everything of this dial. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#closeHeld();
    this.#carried?.destroySoon();
    this.#server?.destroy();
    this.#tellEnded();
    this.#onEnd();
  }

  #carry({ socket, rest }: Contender, { id, address, port, accountKey }: Admitted): void {
    const wrapped = wrapKey(parseServerKey(accountKey), this.#proven.kc, new Uint8Array(0));
    const localAddress = this.#sourceAddress;
    const server = connect({ host: address, port, localAddress, noDelay: true, allowHalfOpen: true });
    this.#server = server;
    server.on("error", () => server.destroy());
    server.once("connect", () => {
      this.#link.opened(id, server.localPort ?? 0);
      server.write(withWrapped(this.#proven.head, wrapped));
      if (rest.length > 0) server.write(rest);
      splice(socket, server);
    });
    server.once("data", () => {
      // Whoever speaks again has got the answer.
      socket.once("data", () => {
        this.#isEstablished = true;
        this.#closeHeld();
      });
    });
    server.once("close", () => (this.#isEstablished || !socket.destroyed ? this.end() : this.#next()));
    socket.once("close", () => server.destroySoon());
  }

  /** The one that was carried is gone too early: the next contender takes its place, as a connection of its own. */
  #next(): void {
    this.#tellEnded();
    this.#server = undefined;
    const next = this.#held.shift();
    if (next === undefined || this.#isOver) this.end();
    else void this.start(next.release());
  }

  #tellEnded(): void {
    if (this.#admission === undefined) return;
    this.#link.ended(this.#admission, this.#server?.bytesWritten ?? 0, this.#server?.bytesRead ?? 0);
    this.#admission = undefined;
  }

  #forget(lost: Held): void {
    const at = this.#held.indexOf(lost);
    if (at >= 0) this.#held.splice(at, 1);
  }

  #closeHeld(): void {
    for (const held of this.#held.splice(0)) held.contender.socket.destroy();
  }
}

/** Keeps a connection without an answer, and reads on so that its end is seen: a paused socket never tells. */
function hold(contender: Contender, onLost: (held: Held) => void): Held {
  const { socket } = contender;
  let rest = Buffer.from(contender.rest);
  const take = (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    if (rest.length > maxHeldBytes) socket.destroy();
  };
  const lose = () => {
    socket.destroy();
    onLost(held);
  };
  const held: Held = {
    contender,
    release: () => {
      socket.pause();
      socket.off("data", take);
      socket.off("end", lose);
      socket.off("close", lose);
      return { ...contender, rest };
    },
  };
  socket.on("data", take);
  socket.on("end", lose);
  socket.on("close", lose);
  socket.resume();
  return held;
}
