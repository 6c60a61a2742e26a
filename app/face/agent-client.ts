import type { Socket } from "node:net";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type { AgentMessage, AgentRequest, AgentResult, BookPart, Check, Probe } from "../../contract/agent.ts";
import { agentProtocol, decodeAgentMessage } from "../../contract/agent.ts";
import type { Failure } from "../../contract/causes.ts";
import { CauseError } from "../../contract/causes.ts";
import { encodeFrame, FrameReader } from "../../contract/frame.ts";
import type { AgentState } from "../../contract/state.ts";
import type { AgentPlace } from "./agent-place.ts";
import { checkFolder, readKey } from "./agent-place.ts";
import { isSameProof, makeNonce, proofOf } from "./agent-proof.ts";
import { printableDeep } from "./printable.ts";

type Unnumbered<Request> = Request extends unknown ? Omit<Request, "id"> : never;

/** A request, before the client gives it its number. */
export type AgentAsk = Unnumbered<AgentRequest>;

export interface RequestOptions {
  /** Aborting sends `cancel`; the promise ends when the agent has answered. */
  readonly signal?: AbortSignal;
  /** Steps of a `doctor`. */
  readonly onCheck?: (check: Check) => void;
  readonly onProbe?: (probe: Probe) => void;
  /** Parts of the address book, of a `followMachines`: it goes on until it is aborted. */
  readonly onPart?: (part: BookPart) => void;
}

/** Who asks, as the agent's wire knows them. */
export type FaceName = "cli" | "desktop";

interface Pending {
  readonly resolve: (result: AgentResult) => void;
  readonly reject: (error: Error) => void;
  readonly options: Pick<RequestOptions, "onCheck" | "onProbe" | "onPart">;
}

const nothing = new Uint8Array(0);

/** Longest wait for the agent's part of the greeting, in milliseconds. It is on the same computer. */
const greetingMs = 5000;

/** A connection to the agent: both sides have proved that they know the key. Texts from it are printable. */
export class AgentClient {
  readonly #socket: Socket;
  readonly #face: FaceName;
  readonly #reader = new FrameReader();
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<(state: AgentState) => void>();
  readonly #first = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  /** Whether it said anything before it hung up. */
  #spoke = false;
  #isLate = false;
  #key: Uint8Array = new Uint8Array(0);
  #nonce = "";
  #sameVersion = true;
  #state: AgentState | undefined;
  #lastId = 0;
  /** The number of a `portalStream`, and whether it was granted: then no frames come any more. */
  #stream = 0;
  #isRaw = false;

  private constructor(socket: Socket, face: FaceName) {
    this.#socket = socket;
    this.#face = face;
    socket.on("data", (chunk) => this.#take(chunk));
    socket.on("close", () => {
      this.#end(new CauseError("agentMissing", "the agent hung up"));
      this.#ended.resolve();
    });
    this.#first.promise.catch(() => {});
  }

  /**
   * Connects to the agent that listens at `place`; undefined where none does, or where it was just ending. An agent of another version is refused with
   * `helperMismatch`, except to ask it to `quit` (`purpose`).
   */
  static async open(
    place: AgentPlace,
    face: FaceName,
    purpose: "use" | "quit" = "use",
  ): Promise<AgentClient | undefined> {
    if (!(await checkFolder(place))) return undefined;
    const socket = await reach(place.socket);
    if (socket === undefined) return undefined;
    const client = new AgentClient(socket, face);
    try {
      await client.#greet(place, purpose);
      return client;
    } catch (error) {
      const wasEnding = client.#socket.destroyed && !client.#spoke && !client.#isLate;
      client.close();
      if (wasEnding) return undefined;
      throw error;
    }
  }

  /** The agent's latest state. */
  get state(): AgentState {
    if (this.#state === undefined) throw new CauseError("helperMismatch", "an agent of another version has no state");
    return this.#state;
  }

  /** Resolves when the connection has ended, whoever ended it. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Calls `listener` with each new state until the returned disposer is called. */
  onState(listener: (state: AgentState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks the agent. Rejects with a {@link CauseError} when it refuses. */
  request(ask: AgentAsk, options: RequestOptions = {}): Promise<AgentResult> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(new CauseError("cancelled"));
    if (this.#socket.destroyed) return Promise.reject(new CauseError("agentMissing", "the agent hung up"));
    const id = this.#nextId();
    const { promise, resolve, reject } = Promise.withResolvers<AgentResult>();
    this.#pending.set(id, { resolve, reject, options });
    const cancel = () => this.#send({ type: "cancel", id: this.#nextId(), request: id });
    signal?.addEventListener("abort", cancel, { once: true });
    this.#send({ ...ask, id });
    return promise.finally(() => signal?.removeEventListener("abort", cancel));
  }

  /**
   * Makes this connection a stream to the portal's HTTPS, already inside TLS, on the agent's way and behind its pin: plain
   * HTTP/1.1 goes in. The client is of no other use from then on. Rejects with a {@link CauseError} when the agent refuses, or
   * cannot reach the portal.
   */
  async portalStream(): Promise<Duplex> {
    this.#stream = this.#lastId + 1;
    await this.request({ type: "portalStream" });
    return this.#socket;
  }

  /** Ends the connection; requests that run are left alone by the agent or ended, as it sees fit. */
  close(): void {
    this.#socket.destroy();
  }

  async #greet(place: AgentPlace, purpose: "use" | "quit"): Promise<void> {
    const late = setTimeout(() => {
      this.#isLate = true;
      this.#socket.destroy();
    }, greetingMs);
    try {
      // Read now and not before: an agent that has just started has just made its key.
      this.#key = (await readKey(place)) ?? new Uint8Array(0);
      if (this.#key.length === 0) throw new CauseError("agentMissing", `${place.key} is not there`);
      this.#nonce = makeNonce();
      this.#sameVersion = purpose === "use";
      this.#send({ type: "hello", protocol: agentProtocol, nonce: this.#nonce, face: this.#face });
      await this.#first.promise;
    } finally {
      clearTimeout(late);
    }
  }

  #take(chunk: Uint8Array): void {
    this.#spoke = true;
    try {
      const reader = this.#reader;
      for (let message = reader.pushOne(chunk); message; message = reader.pushOne(nothing)) {
        this.#handle(message.value);
        if (this.#isRaw) {
          this.#turnRaw();
          return;
        }
      }
    } catch (error) {
      this.#end(error instanceof CauseError ? error : new CauseError("helperMismatch", String(error)));
      this.#socket.destroy();
    }
  }

  #handle(value: unknown): void {
    const message = this.#decode(value);
    switch (message?.type) {
      case undefined:
        return;
      case "welcome":
        this.#checkWelcome(message);
        return;
      case "state":
        this.#state = message.state;
        this.#first.resolve();
        for (const listener of this.#listeners) listener(message.state);
        return;
      case "reply":
        this.#isRaw = message.id === this.#stream;
        this.#settle(message.id)?.resolve(message.result);
        return;
      case "refusal":
        this.#refuse(message.id, message);
        return;
      case "progress":
        this.#pending.get(message.id)?.options.onCheck?.(message.check);
        return;
      case "probed":
        this.#pending.get(message.id)?.options.onProbe?.(message.probe);
        return;
      case "machines":
        this.#pending.get(message.id)?.options.onPart?.(message.part);
    }
  }

  /** What came behind the last frame is the portal's already. */
  #turnRaw(): void {
    this.#socket.removeAllListeners("data").pause();
    this.#socket.allowHalfOpen = true; // HTTP may end its request and wait for the answer
    const rest = this.#reader.rest();
    if (rest.length > 0) this.#socket.unshift(Buffer.from(rest));
  }

  /** An agent of another version may say what this one does not know; to end it, only its answer counts. */
  #decode(value: unknown): AgentMessage | undefined {
    try {
      return printableDeep(decodeAgentMessage(value));
    } catch (error) {
      if (this.#sameVersion) throw error;
      return undefined;
    }
  }

  #checkWelcome(welcome: AgentMessage & { readonly type: "welcome" }): void {
    if (!isSameProof(welcome.proof, proofOf(this.#key, "agent", this.#nonce, welcome.nonce))) {
      throw new CauseError("agentMissing", "whoever answers in the agent's place does not know its key");
    }
    if (this.#sameVersion && welcome.protocol !== agentProtocol) {
      throw new CauseError("helperMismatch", `agent ${welcome.version} speaks protocol ${welcome.protocol}`);
    }
    this.#send({ type: "prove", proof: proofOf(this.#key, "face", welcome.nonce, this.#nonce) });
    if (!this.#sameVersion) this.#first.resolve();
  }

  #refuse(id: number, failure: Failure): void {
    // id 0: the whole connection is refused; not to know its first word is to be of another version.
    if (id === 0)
      throw new CauseError(failure.cause === "unknownRequest" ? "helperMismatch" : failure.cause, failure.detail);
    const error = new CauseError(failure.cause, failure.detail);
    this.#settle(id)?.reject(error);
  }

  /** Takes a request from the list. The answer to a `cancel` is nobody's: what counts is how the request ends. */
  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #end(error: CauseError): void {
    this.#first.reject(error);
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #send(message: object): void {
    if (!this.#socket.destroyed) this.#socket.write(encodeFrame(message));
  }
}

/** Connects to a Unix socket; undefined where nobody listens. */
function reach(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ECONNREFUSED") resolve(undefined);
      else reject(new CauseError("agentMissing", error.message));
    });
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      // The close that follows an error ends everything that waits.
      socket.on("error", () => {});
      resolve(socket);
    });
  });
}
