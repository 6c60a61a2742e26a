import type { Socket } from "node:net";
import { connect } from "node:net";
import { encodeFrame, FrameReader } from "../../contract/frame.ts";
import type { FrontMessage, WebToFront } from "../../contract/front.ts";
import { decodeWebToFront } from "../../contract/front.ts";
import type { ServerKey } from "../tls-crypt/key.ts";
import { parseServerKey } from "../tls-crypt/key.ts";

export type Admission = Extract<WebToFront, { type: "admitted" | "refused" }>;
type AdmissionRequest = Omit<Extract<FrontMessage, { type: "admit" }>, "type" | "id">;

const firstRetryMs = 100;
const longestRetryMs = 2_000;
/** How long a dial waits for a portal that is just being restarted. */
const patienceMs = 5_000;

/**
 * front's line to `web`. Kept up for ever: when web goes away, tunnels that run go on, new ones wait a few seconds for it.
 */
export class WebLink {
  readonly #path: string;
  readonly #onCut: (ticket: string) => void;
  readonly #log: (text: string) => void;
  readonly #asked = new Map<number, (answer: Admission | undefined) => void>();
  readonly #waiting = new Set<() => void>();
  #socket: Socket | undefined;
  #ticketKey: ServerKey | undefined;
  #retryMs = firstRetryMs;
  #lastId = 0;
  #closed = false;

  constructor(path: string, onCut: (ticket: string) => void, log: (text: string) => void) {
    this.#path = path;
    this.#onCut = onCut;
    this.#log = log;
    this.#connect();
  }

  /** The key that tickets are wrapped under; undefined when web stays away. */
  async ticketKey(): Promise<ServerKey | undefined> {
    if (this.#ticketKey === undefined) await this.#connected();
    return this.#ticketKey;
  }

  /** Asks whether a ticket may open a tunnel. The answer is undefined when web went away. */
  async admit(request: AdmissionRequest): Promise<{ id: number; answer: Admission | undefined }> {
    this.#lastId += 1;
    const id = this.#lastId;
    await this.#connected();
    if (!this.#send({ type: "admit", id, ...request })) return { id, answer: undefined };
    const answer = await new Promise<Admission | undefined>((resolve) => {
      const timer = setTimeout(() => this.#answer(id, undefined), patienceMs);
      this.#asked.set(id, (given) => {
        clearTimeout(timer);
        resolve(given);
      });
    });
    return { id, answer };
  }

  opened(id: number, sourcePort: number): void {
    this.#send({ type: "opened", id, sourcePort });
  }

  ended(id: number, received: number, sent: number): void {
    this.#send({ type: "ended", id, received, sent });
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }

  #connect(): void {
    const socket = connect(this.#path);
    const reader = new FrameReader();
    socket.on("connect", () => socket.write(encodeFrame({ type: "hello" } satisfies FrontMessage)));
    socket.on("data", (chunk) => {
      try {
        for (const message of reader.push(chunk)) this.#take(socket, decodeWebToFront(message));
      } catch (error) {
        this.#log(`web speaks something else: ${String(error)}`);
        socket.destroy();
      }
    });
    socket.on("error", () => {});
    socket.on("close", () => this.#lost());
  }

  #take(socket: Socket, message: WebToFront): void {
    switch (message.type) {
      case "keys":
        this.#ticketKey = parseServerKey(message.ticketKey);
        this.#socket = socket;
        this.#retryMs = firstRetryMs;
        for (const wake of this.#waiting) wake();
        return;
      case "admitted":
      case "refused":
        this.#answer(message.id, message);
        return;
      case "cut":
        this.#onCut(message.ticket);
        return;
    }
  }

  #answer(id: number, answer: Admission | undefined): void {
    const resolve = this.#asked.get(id);
    this.#asked.delete(id);
    resolve?.(answer);
  }

  #lost(): void {
    if (this.#socket !== undefined) this.#log("web is away");
    this.#socket = undefined;
    for (const id of [...this.#asked.keys()]) this.#answer(id, undefined);
    if (this.#closed) return;
    setTimeout(() => this.#connect(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
  }

  #send(message: FrontMessage): boolean {
    if (this.#socket === undefined) return false;
    this.#socket.write(encodeFrame(message));
    return true;
  }

  /** Resolves when web is there, at the latest after {@link patienceMs}. */
  #connected(): Promise<void> {
    if (this.#socket !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, patienceMs);
      this.#waiting.add(wake);
    });
  }
}
