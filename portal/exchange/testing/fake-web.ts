import { EventEmitter, once } from "node:events";
import { rmSync } from "node:fs";
import type { Server, Socket } from "node:net";
import { connect, createServer } from "node:net";
import type { ExchangeMessage, ExchangeRequest } from "../../../contract/exchange.ts";
import { decodeExchangeMessage } from "../../../contract/exchange.ts";
import { encodeFrame, FrameReader } from "../../../contract/frame.ts";
import type { FrontMessage, WebToFront } from "../../../contract/front.ts";
import { decodeFrontMessage } from "../../../contract/front.ts";

type Reply = Extract<ExchangeMessage, { type: "reply" | "refusal" }>;
type Authorise = Extract<ExchangeMessage, { type: "authorise" }>;
type Admit = Extract<FrontMessage, { type: "admit" }>;
type Body<Message> = Message extends { id: number } ? Omit<Message, "id"> : never;
export type ExchangeOrder = Body<Exclude<ExchangeRequest, { type: "hello" | "allow" | "deny" }>>;

/** Plays web towards exchange: asks, and decides about clients by `authorise`. */
export class FakeWebToExchange {
  readonly messages: ExchangeMessage[] = [];
  authorise: (question: Authorise) => Body<Extract<ExchangeRequest, { type: "allow" | "deny" }>> | undefined = () => ({
    type: "deny",
    cause: "ticketRefused",
  });
  readonly #socket: Socket;
  readonly #arrived = new EventEmitter().setMaxListeners(0);
  readonly #reader = new FrameReader();
  #lastId = 0;

  constructor(path: string) {
    this.#socket = connect(path);
    this.#socket.on("data", (chunk) => {
      for (const message of this.#reader.push(chunk)) this.#take(decodeExchangeMessage(message));
    });
    this.#socket.on("close", () => this.#arrived.emit("message"));
    this.send({ type: "hello", protocol: 1 });
  }

  get isClosed(): boolean {
    return this.#socket.closed;
  }

  send(message: unknown): void {
    this.#socket.write(encodeFrame(message));
  }

  async request(order: ExchangeOrder): Promise<Reply> {
    this.#lastId += 1;
    const id = this.#lastId;
    this.send({ ...order, id });
    return await this.wait((message): message is Reply => isReply(message) && message.id === id);
  }

  /** The first message that fits, once it is there. */
  async wait<Wanted extends ExchangeMessage>(fits: (message: ExchangeMessage) => message is Wanted): Promise<Wanted> {
    for (;;) {
      const found = this.messages.find(fits);
      if (found !== undefined) return found;
      if (this.isClosed) throw new Error("exchange closed the connection");
      await once(this.#arrived, "message");
    }
  }

  /** Resolves once `holds` holds, looked at after each message. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.isClosed) throw new Error("exchange closed the connection");
      await once(this.#arrived, "message");
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(message: ExchangeMessage): void {
    this.messages.push(message);
    if (message.type === "authorise") {
      const decision = this.authorise(message);
      if (decision !== undefined) this.send({ ...decision, id: message.id });
    }
    this.#arrived.emit("message");
  }
}

/** Plays web towards front: admits by `admit`. */
export class FakeWebToFront {
  readonly messages: FrontMessage[] = [];
  admit: (question: Admit) => Body<Extract<WebToFront, { type: "admitted" | "refused" }>> = () => ({
    type: "refused",
    cause: "ticketRefused",
  });
  readonly #server: Server;
  readonly #ticketKey: string;
  #front: Socket | undefined;

  constructor(path: string, ticketKey: string) {
    this.#ticketKey = ticketKey;
    rmSync(path, { force: true });
    this.#server = createServer((socket) => this.#greet(socket)).listen({ path, writableAll: true });
  }

  send(message: WebToFront): void {
    this.#front?.write(encodeFrame(message));
  }

  close(): void {
    this.#server.close();
    this.#front?.destroy();
  }

  #greet(socket: Socket): void {
    this.#front = socket;
    const reader = new FrameReader();
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      for (const message of reader.push(chunk)) this.#take(decodeFrontMessage(message));
    });
  }

  #take(message: FrontMessage): void {
    this.messages.push(message);
    if (message.type === "hello") this.send({ type: "keys", ticketKey: this.#ticketKey });
    if (message.type === "admit") this.send({ ...this.admit(message), id: message.id });
  }
}

function isReply(message: ExchangeMessage): message is Reply {
  return message.type === "reply" || message.type === "refusal";
}
