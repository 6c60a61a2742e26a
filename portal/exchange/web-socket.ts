import { chmodSync, lchownSync, mkdirSync, rmSync } from "node:fs";
import type { Server, Socket } from "node:net";
import { createServer } from "node:net";
import { dirname } from "node:path";
import type { ExchangeMessage, ExchangeRequest } from "../../contract/exchange.ts";
import { decodeExchangeMessage, decodeExchangeRequest } from "../../contract/exchange.ts";
import { encodeFrame, FrameReader } from "../../contract/frame.ts";
import type { Decision, Link } from "./link.ts";
import type { Question } from "./management.ts";

export type Request = Exclude<ExchangeRequest, { type: "hello" | "allow" | "deny" }>;
type Authorise = Extract<ExchangeMessage, { type: "authorise" }>;

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface WebSocketEvents {
  /** What exchange holds, for a web that has just come. */
  welcome(): ExchangeMessage;
  request(request: Request): void;
}

const answerMs = 10_000;
const maxUntold = 10_000;

/**
 * The socket that `web` comes to. One web at a time: a new one takes the place of the old. While none is there, questions wait
 * for their time limit and ends of tunnels are kept, so that nothing misses in the history.
 */
export class WebSocketServer implements Link {
  readonly #events: WebSocketEvents;
  readonly #log: (text: string) => void;
  readonly #server: Server;
  readonly #asked = new Map<number, { readonly message: Authorise; readonly resolve: (decision: Decision) => void }>();
  readonly #untold: ExchangeMessage[] = [];
  #web: Socket | undefined;
  #lastId = 0;

  constructor(events: WebSocketEvents, log: (text: string) => void) {
    this.#events = events;
    this.#log = log;
    this.#server = createServer((socket) => this.#greet(socket));
  }

  /**
   * Listens in a directory of web's user alone; that guards the socket, since Node cannot ask who calls. The directory
   * belongs to web, so nothing in it is trusted to stay what it is: lchown follows no link that web may have put there.
   */
  async listen(path: string, owner: Owner): Promise<void> {
    const directory = dirname(path);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
    lchownSync(directory, owner.uid, owner.gid);
    rmSync(path, { force: true });
    const umask = process.umask(0o177);
    const listening = new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(path, resolve);
    });
    process.umask(umask);
    await listening;
    lchownSync(path, owner.uid, owner.gid);
  }

  close(): void {
    this.#server.close();
    this.#web?.destroy();
  }

  log(text: string): void {
    this.#log(text);
  }

  tell(message: ExchangeMessage): void {
    if (this.#web !== undefined) this.#web.write(encodeFrame(message));
    else if (message.type === "tunnelClosed" && this.#untold.length < maxUntold) this.#untold.push(message);
  }

  ask(account: string, kind: "technician" | "router", question: Question): Promise<Decision> {
    this.#lastId += 1;
    const id = this.#lastId;
    const message: Authorise = { type: "authorise", id, account, kind, ...question };
    // A client chooses its user name and password: what the wire does not carry is refused here, and web never sees it.
    if (!fitsWire(message)) return Promise.resolve({ allow: false, cause: "ticketRefused" });
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#decide(id, this.#withoutAnswer(question)), answerMs);
      const settle = (decision: Decision) => {
        clearTimeout(timer);
        resolve(decision);
      };
      this.#asked.set(id, { message, resolve: settle });
      this.tell(message);
    });
  }

  /** A tunnel that lives is not cut because web is away: web closes it when it comes back, if it wants to. */
  #withoutAnswer({ again }: Question): Decision {
    if (again && this.#web === undefined) return { allow: true, networks: [], address: null };
    return { allow: false, cause: "portalFault" };
  }

  #greet(socket: Socket): void {
    const reader = new FrameReader();
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      if (this.#web === socket) this.#web = undefined;
    });
    socket.on("data", (chunk) => {
      try {
        for (const message of reader.push(chunk)) this.#take(socket, decodeExchangeRequest(message));
      } catch (error) {
        this.#log(`web speaks something else: ${String(error)}`);
        socket.destroy();
      }
    });
  }

  #take(socket: Socket, message: ExchangeRequest): void {
    if (message.type === "hello") {
      this.#welcome(socket);
    } else if (socket !== this.#web) {
      // Before hello, or from a web that another has replaced.
      socket.destroy();
    } else if (message.type === "allow") {
      this.#decide(message.id, { allow: true, networks: message.networks, address: message.address });
    } else if (message.type === "deny") {
      this.#decide(message.id, { allow: false, cause: message.cause });
    } else {
      this.#events.request(message);
    }
  }

  #welcome(socket: Socket): void {
    if (this.#web !== socket) this.#web?.destroy();
    this.#web = socket;
    this.tell(this.#events.welcome());
    for (const message of this.#untold.splice(0)) this.tell(message);
    for (const { message } of this.#asked.values()) this.tell(message);
  }

  #decide(id: number, decision: Decision): void {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    asked?.resolve(decision);
  }
}

function fitsWire(message: Authorise): boolean {
  try {
    decodeExchangeMessage(message);
    return true;
  } catch {
    return false;
  }
}
