import type { Socket } from "node:net";
import { connect } from "node:net";
import type { Logger } from "pino";
import type { Static } from "typebox";
import type { Cause } from "../../contract/causes.ts";
import { CauseError, failureOf } from "../../contract/causes.ts";
import type { ExchangeMessage, ExchangeRequest, ExchangeResult } from "../../contract/exchange.ts";
import { decodeExchangeMessage } from "../../contract/exchange.ts";
import { encodeFrame, FrameReader } from "../../contract/frame.ts";
import type { Clock } from "./store/clock.ts";

type Message<Type extends string> = Extract<Static<typeof ExchangeMessage>, { readonly type: Type }>;
export type Welcome = Message<"welcome">;
export type Authorise = Message<"authorise">;
export type TunnelEvent = Message<"tunnelOpened" | "tunnelTraffic" | "tunnelClosed" | "routersListening">;
export type Result = Static<typeof ExchangeResult>;

type Wanted = Extract<
  ExchangeRequest,
  { type: "ensureAccount" | "removeAccount" | "openTunnel" | "closeTunnel" | "setFlows" }
>;
/** A request without the id, which the link gives. */
export type WantedState = { [Type in Wanted["type"]]: Omit<Extract<Wanted, { type: Type }>, "id"> }[Wanted["type"]];

/** What a client that stands before a server gets. */
export type Verdict =
  | { readonly allowed: true; readonly networks: readonly string[]; readonly address: string | null }
  | { readonly allowed: false; readonly cause: Cause };

/** Who acts on what exchange says. */
export interface ExchangeHandlers {
  /** exchange is there; makes it equal to the database. */
  readonly welcome: (welcome: Welcome) => void;
  readonly authorise: (question: Authorise) => Promise<Verdict>;
  readonly event: (event: TunnelEvent) => void;
}

const firstPauseMs = 50;
const longestPauseMs = 2000;
const patienceMs = 20_000;

interface Waiting {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: CauseError) => void;
  readonly cancelTimer: () => void;
}

/** web's end of the wire to exchange: connects, comes back after a pause that doubles, matches answers to requests. */
export class ExchangeLink {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #waiting = new Map<number, Waiting>();
  #handlers: ExchangeHandlers | undefined;
  #socket: Socket | undefined;
  #welcomed = false;
  #stopped = false;
  #pauseMs = firstPauseMs;
  #nextId = 1;

  constructor(path: string, clock: Clock, log: Logger) {
    this.#path = path;
    this.#clock = clock;
    this.#log = log;
  }

  start(handlers: ExchangeHandlers): void {
    this.#handlers = handlers;
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#socket?.destroy();
  }

  /** Whether exchange has said `welcome` and its end has not been seen. */
  get connected(): boolean {
    return this.#welcomed;
  }

  /** Sends a request and waits for its answer. Throws {@link CauseError}: what exchange refuses, or `portalFault` when it is away. */
  async request(wanted: WantedState): Promise<Result> {
    const socket = this.#socket;
    if (socket === undefined || !this.#welcomed) throw new CauseError("portalFault", "exchange is away");
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const cancelTimer = this.#clock.after(patienceMs, () => {
      this.#waiting.delete(id);
      reject(new CauseError("portalFault", `exchange did not answer ${wanted.type}`));
    });
    this.#waiting.set(id, { resolve, reject, cancelTimer });
    socket.write(encodeFrame({ ...wanted, id }));
    return await promise;
  }

  #connect(): void {
    const socket = connect(this.#path);
    const reader = new FrameReader();
    this.#socket = socket;
    socket.on("connect", () => socket.write(encodeFrame({ type: "hello", protocol: 1 })));
    socket.on("data", (chunk) => {
      try {
        for (const value of reader.push(chunk)) this.#take(socket, decodeExchangeMessage(value));
      } catch (error) {
        this.#log.error({ err: error }, "exchange said something that is not in the contract");
        socket.destroy();
      }
    });
    socket.on("error", (error) => this.#log.debug({ err: error }, "connection to exchange"));
    socket.on("close", () => this.#lost(socket));
  }

  #lost(socket: Socket): void {
    if (this.#socket !== socket) return;
    if (this.#welcomed) this.#log.warn("exchange is away");
    this.#socket = undefined;
    this.#welcomed = false;
    for (const { reject, cancelTimer } of this.#waiting.values()) {
      cancelTimer();
      reject(new CauseError("portalFault", "exchange went away"));
    }
    this.#waiting.clear();
    if (this.#stopped) return;
    this.#clock.after(this.#pauseMs, () => {
      if (!this.#stopped) this.#connect();
    });
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
  }

  #take(socket: Socket, message: Static<typeof ExchangeMessage>): void {
    switch (message.type) {
      case "welcome":
        this.#welcomed = true;
        this.#pauseMs = firstPauseMs;
        this.#log.info({ accounts: message.accounts.length, tunnels: message.tunnels.length }, "exchange is there");
        this.#handlers?.welcome(message);
        return;
      case "reply":
        this.#settle(message.id)?.resolve(message.result);
        return;
      case "refusal":
        this.#settle(message.id)?.reject(new CauseError(message.cause, message.detail));
        return;
      case "authorise":
        void this.#answer(socket, message);
        return;
      default:
        this.#handlers?.event(message);
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.cancelTimer();
    return waiting;
  }

  async #answer(socket: Socket, question: Authorise): Promise<void> {
    const verdict = await this.#judge(question);
    const { id } = question;
    const answer = verdict.allowed
      ? { type: "allow", id, networks: verdict.networks, address: verdict.address }
      : { type: "deny", id, cause: verdict.cause };
    if (!socket.destroyed) socket.write(encodeFrame(answer));
  }

  async #judge(question: Authorise): Promise<Verdict> {
    try {
      return (await this.#handlers?.authorise(question)) ?? { allowed: false, cause: "internal" };
    } catch (error) {
      this.#log.error({ err: error }, "authorise");
      return { allowed: false, cause: failureOf(error).cause };
    }
  }
}
