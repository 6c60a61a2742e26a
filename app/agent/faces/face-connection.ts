import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { AgentMessage, AgentRequest, AgentResult, BookPart, Check, Probe } from "../../../contract/agent.ts";
import { agentProtocol, decodeAgentRequest, decodeFaceHello, decodeFaceProof } from "../../../contract/agent.ts";
import type { Cause } from "../../../contract/causes.ts";
import { CauseError, failureOf } from "../../../contract/causes.ts";
import { ContractError } from "../../../contract/decoder.ts";
import { encodeFrame, FrameReader } from "../../../contract/frame.ts";
import type { AgentState } from "../../../contract/state.ts";
import { isProof, proofOf } from "./face-proof.ts";
import { splice } from "./splice.ts";

export interface RequestContext {
  readonly signal: AbortSignal;
  readonly progress: (check: Check) => void;
  readonly probed: (probe: Probe) => void;
  /** Resolves when the face has taken it, or is gone. */
  readonly part: (part: BookPart) => Promise<void>;
  /** After the answer the face's connection carries this stream's bytes, and no frames any more. */
  readonly become: (stream: Duplex) => void;
}

export interface FaceOptions {
  readonly key: Uint8Array;
  readonly version: string;
  readonly answer: (request: AgentRequest, context: RequestContext) => Promise<AgentResult>;
  /** The face has proved who it is. */
  readonly onOpen: (face: FaceConnection) => void;
  readonly onEnd: (face: FaceConnection) => void;
  readonly onFault: (error: unknown) => void;
}

const greetingTimeoutMs = 5000;
/** A face that does not read is cut rather than fed into memory. */
const maxUnreadBytes = 8_388_608;
const nonceBytes = 32;

/** Why a request's signal is aborted: somebody wanted it (else the face just went away). */
export const askedFor = new CauseError("cancelled");

type Stage =
  | { readonly at: "hello" }
  | { readonly at: "proof"; readonly expected: string }
  | { readonly at: "open" }
  /** It is a stream to the portal now. */
  | { readonly at: "raw" };

const nothing = new Uint8Array(0);

/** One face on the agent's socket: greeting, then requests side by side. */
export class FaceConnection {
  readonly #socket: Socket;
  readonly #options: FaceOptions;
  readonly #reader = new FrameReader();
  readonly #running = new Map<number, AbortController>();
  readonly #timer: NodeJS.Timeout;
  #stage: Stage = { at: "hello" };
  #sameVersion = true;

  constructor(socket: Socket, options: FaceOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#timer = setTimeout(() => this.#refuseConnection("badRequest", "no greeting in time"), greetingTimeoutMs);
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("error", () => undefined); // close follows
    socket.on("close", () => this.#ended());
  }

  show(state: AgentState): void {
    if (this.#sameVersion) this.#send({ type: "state", state });
  }

  /** Says goodbye to what is running and closes, once everything written is out. */
  close(): void {
    this.#socket.end();
  }

  #receive(chunk: Buffer): void {
    const reader = this.#reader;
    try {
      for (let message = reader.pushOne(chunk); message; message = reader.pushOne(nothing)) this.#take(message.value);
    } catch (error) {
      this.#refuseConnection("badRequest", failureOf(error).detail);
    }
  }

  #take(message: unknown): void {
    switch (this.#stage.at) {
      case "hello":
        this.#greet(message);
        return;
      case "proof":
        this.#checkProof(message, this.#stage.expected);
        return;
      case "open":
        this.#request(message);
        return;
      case "raw":
        throw new ContractError("agent", "", "is a stream");
    }
  }

  #greet(message: unknown): void {
    const hello = decodeFaceHello(message);
    // A face of another version may know only how to say goodbye (contract: agent.ts).
    this.#sameVersion = hello.protocol === agentProtocol;
    const { key, version } = this.#options;
    const nonce = randomBytes(nonceBytes).toString("hex");
    this.#stage = { at: "proof", expected: proofOf(key, "face", [nonce, hello.nonce]) };
    const proof = proofOf(key, "agent", [hello.nonce, nonce]);
    this.#send({ type: "welcome", protocol: agentProtocol, version, nonce, proof });
  }

  #checkProof(message: unknown, expected: string): void {
    if (!isProof(expected, decodeFaceProof(message).proof)) {
      this.#refuseConnection("forbidden", "wrong proof");
      return;
    }
    clearTimeout(this.#timer);
    this.#stage = { at: "open" };
    this.#options.onOpen(this);
  }

  #request(message: unknown): void {
    try {
      const request = decodeAgentRequest(message);
      if (!this.#sameVersion && request.type !== "quit") throw new ContractError("agent", "", "another version");
      if (this.#running.has(request.id)) throw new ContractError("agent", "/id", "is in use");
      void this.#work(request);
    } catch (error) {
      const { id, known } = addressOf(message);
      if (id === undefined) throw error;
      this.#send({
        type: "refusal",
        id,
        cause: known ? "badRequest" : "unknownRequest",
        detail: failureOf(error).detail,
      });
    }
  }

  async #work(request: AgentRequest): Promise<void> {
    const { id } = request;
    const controller = new AbortController();
    this.#running.set(id, controller);
    let stream: Duplex | undefined;
    const context: RequestContext = {
      signal: controller.signal,
      progress: (check) => this.#send({ type: "progress", id, check }),
      probed: (probe) => this.#send({ type: "probed", id, probe }),
      part: (part) => this.#sendAndWait({ type: "machines", id, part }),
      become: (given) => {
        stream = given;
      },
    };
    try {
      const result =
        request.type === "cancel" ? this.#cancel(request.request) : await this.#options.answer(request, context);
      this.#send({ type: "reply", id, result });
      if (stream) this.#become(stream, id);
    } catch (error) {
      if (!(error instanceof CauseError)) this.#options.onFault(error);
      this.#send({ type: "refusal", id, ...failureOf(error) });
    } finally {
      this.#running.delete(id);
    }
  }

  #become(stream: Duplex, id: number): void {
    if (this.#socket.destroyed) {
      stream.destroy();
      return;
    }
    this.#stage = { at: "raw" };
    for (const [other, controller] of this.#running) if (other !== id) controller.abort();
    this.#socket.removeAllListeners("data");
    splice(this.#socket, this.#reader.rest(), stream);
  }

  /** A long list is sent as fast as it is read, instead of piling up here. */
  async #sendAndWait(message: AgentMessage): Promise<void> {
    this.#send(message);
    const socket = this.#socket;
    if (!socket.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        socket.off("drain", done).off("close", done);
        resolve();
      };
      socket.on("drain", done).on("close", done);
    });
  }

  #cancel(id: number): AgentResult {
    this.#running.get(id)?.abort(askedFor);
    return { type: "done" };
  }

  #refuseConnection(cause: Cause, detail: string): void {
    this.#send({ type: "refusal", id: 0, cause, detail: detail.slice(0, 2000) });
    this.#socket.end();
    this.#socket.removeAllListeners("data").resume();
  }

  #send(message: AgentMessage): void {
    if (!this.#socket.writable || this.#stage.at === "raw") return;
    this.#socket.write(encodeFrame(message));
    if (this.#socket.writableLength > maxUnreadBytes) this.#socket.destroy();
  }

  #ended(): void {
    clearTimeout(this.#timer);
    for (const controller of this.#running.values()) controller.abort();
    this.#options.onEnd(this);
  }
}

const verbs: ReadonlySet<unknown> = new Set<AgentRequest["type"]>([
  "portals",
  "inspectPortal",
  "addPortal",
  "removePortal",
  "login",
  "loginRemembered",
  "answerCode",
  "answerCertificate",
  "answerProxy",
  "answerTakeOver",
  "logout",
  "dial",
  "hangUp",
  "machines",
  "connect",
  "disconnect",
  "check",
  "followMachines",
  "mark",
  "handOver",
  "portalStream",
  "annotate",
  "diagnostics",
  "setPreferences",
  "power",
  "history",
  "doctor",
  "logs",
  "proxy",
  "setProxy",
  "quit",
  "cancel",
]);

function addressOf(message: unknown): { readonly id: number | undefined; readonly known: boolean } {
  if (typeof message !== "object" || message === null) return { id: undefined, known: false };
  const id = "id" in message && typeof message.id === "number" && Number.isSafeInteger(message.id) ? message.id : 0;
  return { id: id >= 1 ? id : undefined, known: "type" in message && verbs.has(message.type) };
}
