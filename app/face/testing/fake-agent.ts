import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import type { Server, Socket } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentMessage, AgentRequest, AgentResult, BookPart, Check } from "../../../contract/agent.ts";
import {
  agentProtocol,
  decodeAgentMessage,
  decodeAgentRequest,
  decodeFaceHello,
  decodeFaceProof,
} from "../../../contract/agent.ts";
import { failureOf } from "../../../contract/causes.ts";
import { encodeFrame, FrameReader } from "../../../contract/frame.ts";
import { initialPreferences } from "../../../contract/preferences.ts";
import type { AgentState } from "../../../contract/state.ts";
import { isSameProof, makeNonce, proofOf } from "../agent-proof.ts";

/** What a scripted agent can do while it works on a request. */
export interface Stage {
  readonly show: (state: Partial<AgentState>) => void;
  readonly check: (check: Check) => void;
  readonly part: (part: BookPart) => void;
  /** Rejects with `cancelled` once the face has asked for that. */
  readonly cancelled: Promise<never>;
  /** The next request of that kind. */
  readonly next: (type: AgentRequest["type"]) => Promise<AgentRequest>;
}

export type Script = (request: AgentRequest, stage: Stage) => Promise<AgentResult> | AgentResult;

export const restingState: AgentState = {
  session: { state: "signedOut" },
  identity: null,
  tunnel: null,
  connections: [],
  helper: "available",
  keyring: true,
  notice: null,
  preferences: initialPreferences,
  fixed: { preferences: [], portals: false, reason: "" },
};

/** An agent for tests: a real Unix socket, the real greeting, every message checked against the contract, answers by a script. */
export class FakeAgent {
  readonly folder: string;
  readonly requests: AgentRequest[] = [];
  /** Who came, as they call themselves. */
  readonly faces: string[] = [];
  readonly protocol: number;
  readonly #key: Uint8Array;
  readonly #server: Server = createServer((socket) => this.#serve(socket));
  readonly #sockets = new Set<Socket>();
  readonly #waiting: { readonly type: AgentRequest["type"]; readonly take: (request: AgentRequest) => void }[] = [];
  #script: Script = () => ({ type: "done" });
  state: AgentState;

  private constructor(folder: string, key: Uint8Array, state: AgentState, protocol: number) {
    this.folder = folder;
    this.#key = key;
    this.state = state;
    this.protocol = protocol;
  }

  /** Starts one in a runtime directory of its own, which {@link environment} points to. */
  static async start(
    state: Partial<AgentState> = {},
    options: { readonly protocol?: number; readonly proofKey?: Uint8Array } = {},
  ): Promise<FakeAgent> {
    const folder = mkdtempSync(join(tmpdir(), "anslut-cli-"));
    await mkdir(join(folder, "anslut"), { mode: 0o700 });
    const key = randomBytes(32);
    await writeFile(join(folder, "anslut", "agent.key"), key, { mode: 0o600 });
    const initial = { ...restingState, ...state };
    const agent = new FakeAgent(folder, options.proofKey ?? key, initial, options.protocol ?? agentProtocol);
    agent.#server.listen(join(folder, "anslut", "agent.sock"));
    await once(agent.#server, "listening");
    await chmod(join(folder, "anslut", "agent.sock"), 0o600);
    return agent;
  }

  get environment(): NodeJS.ProcessEnv {
    return { HOME: this.folder, XDG_RUNTIME_DIR: this.folder, LANG: "en_GB.UTF-8" };
  }

  /** What it does with requests from now on. */
  plays(script: Script): void {
    this.#script = script;
  }

  show(state: Partial<AgentState>): void {
    this.state = { ...this.state, ...state };
    for (const socket of this.#sockets) send(socket, { type: "state", state: this.state });
  }

  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  sendRaw(bytes: Uint8Array): void {
    for (const socket of this.#sockets) socket.write(bytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  #serve(socket: Socket): void {
    const reader = new FrameReader();
    const nonce = makeNonce();
    let stage: "hello" | "proof" | "open" = "hello";
    let faceNonce = "";
    const cancels = new Map<number, () => void>();
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("data", (chunk) => {
      for (const value of reader.push(chunk)) {
        if (stage === "hello") {
          const hello = decodeFaceHello(value);
          this.faces.push(hello.face);
          faceNonce = hello.nonce;
          const proof = proofOf(this.#key, "agent", faceNonce, nonce);
          send(socket, { type: "welcome", protocol: this.protocol, version: "0.0.test", nonce, proof });
          stage = "proof";
        } else if (stage === "proof") {
          const expected = proofOf(this.#key, "face", nonce, faceNonce);
          if (!isSameProof(decodeFaceProof(value).proof, expected)) return socket.destroy();
          stage = "open";
          this.#sockets.add(socket);
          send(socket, { type: "state", state: this.state });
        } else this.#take(socket, decodeAgentRequest(value), cancels);
      }
      return undefined;
    });
  }

  #take(socket: Socket, request: AgentRequest, cancels: Map<number, () => void>): void {
    this.requests.push(request);
    const index = this.#waiting.findIndex((waiting) => waiting.type === request.type);
    if (index >= 0) this.#waiting.splice(index, 1)[0]?.take(request);
    if (request.type === "cancel") {
      cancels.get(request.request)?.();
      send(socket, { type: "reply", id: request.id, result: { type: "done" } });
      return;
    }
    const cancelled = new Promise<never>((_, reject) => {
      cancels.set(request.id, () => reject(Object.assign(new Error("cancelled"), { asked: true })));
    });
    cancelled.catch(() => {});
    void this.#answer(socket, request, cancelled);
  }

  async #answer(socket: Socket, request: AgentRequest, cancelled: Promise<never>): Promise<void> {
    const stage: Stage = {
      show: (state) => this.show(state),
      check: (check) => send(socket, { type: "progress", id: request.id, check }),
      part: (part) => send(socket, { type: "machines", id: request.id, part }),
      cancelled,
      next: (type) => new Promise((take) => this.#waiting.push({ type, take })),
    };
    try {
      send(socket, { type: "reply", id: request.id, result: await this.#script(request, stage) });
    } catch (error) {
      const asked = error instanceof Error && "asked" in error;
      const failure = asked ? { cause: "cancelled" as const, detail: "" } : failureOf(error);
      send(socket, { type: "refusal", id: request.id, ...failure });
    }
  }
}

function send(socket: Socket, message: AgentMessage): void {
  if (!socket.destroyed) socket.write(encodeFrame(decodeAgentMessage(message)));
}
