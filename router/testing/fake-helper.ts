import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { HelperProgram } from "../../app/dial/helper-program.ts";
import type { Cause } from "../../contract/causes.ts";
import { encodeFrame, FrameReader } from "../../contract/frame.ts";
import {
  decodeHelperHello,
  decodeHelperRequest,
  type HelperEvent,
  type HelperRequest,
  type HelperResult,
  helperProtocol,
  type Slice,
} from "../../contract/helper.ts";

/** A helper that a test plays, behind the real child process and the real frames. */
export class FakeHelper {
  readonly program: HelperProgram;
  readonly requests: HelperRequest[] = [];
  /** What `welcome` says. */
  tunnel: "none" | "own" | "foreign" = "none";
  /** Refuses `connect` with it; null: the tunnel stands at once, by the second way. */
  refusal: Cause | null = null;
  readonly adapter = "anslut9";
  readonly #close: () => Promise<void>;
  #line: Socket | undefined;

  private constructor(socketPath: string, close: () => Promise<void>) {
    this.program = {
      command: process.execPath,
      args: [fileURLToPath(new URL("./helper-program.ts", import.meta.url)), socketPath],
    };
    this.#close = close;
  }

  static async start(): Promise<FakeHelper> {
    const directory = await mkdtemp(join(tmpdir(), "anslut-helper-"));
    const socketPath = join(directory, "helper.sock");
    const server = createServer((socket) => helper.#serve(socket));
    const helper = new FakeHelper(socketPath, async () => {
      server.close();
      helper.#line?.destroy();
      await rm(directory, { recursive: true, force: true });
    });
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    return helper;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  /** Tells the router something. */
  event(event: HelperEvent): void {
    this.#send({ type: "event", event });
  }

  /** Dies. */
  crash(): void {
    this.#line?.destroy();
  }

  types(): readonly string[] {
    return this.requests.map(({ type }) => type);
  }

  #serve(socket: Socket): void {
    this.#line = socket;
    const reader = new FrameReader();
    let greeted = false;
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      for (const message of reader.push(chunk)) {
        if (greeted) this.#answer(decodeHelperRequest(message));
        else {
          decodeHelperHello(message);
          this.#send({ type: "welcome", protocol: helperProtocol, version: "0", tunnel: this.tunnel });
        }
        greeted = true;
      }
    });
  }

  #answer(request: HelperRequest): void {
    this.requests.push(request);
    switch (request.type) {
      case "connect":
        this.#connect(request.id, request.addressing.slices[0]);
        return;
      case "setRoutes": {
        const routes = request.networks.map((network) => ({ network, state: "set" as const, cause: null, detail: "" }));
        this.#reply(request.id, { type: "routes", revision: 1, routes });
        return;
      }
      case "disconnect":
        this.tunnel = "none";
        this.#reply(request.id, { type: "done" });
        return;
      case "resume":
        this.#reply(request.id, { type: "status", tunnel: null, localNetworks: [], gateway: null });
        return;
      default:
        this.#send({ type: "refusal", id: request.id, cause: "unknownRequest", detail: "" });
    }
  }

  #connect(id: number, slice: Slice | undefined): void {
    if (this.refusal !== null || slice === undefined) {
      this.#send({ type: "refusal", id, cause: this.refusal ?? "badRequest", detail: "" });
      return;
    }
    this.event({ type: "wayWon", way: 1, elapsedMs: 20 });
    this.event({ type: "addressed", slice, adapter: this.adapter, leaseSeconds: null, elapsedMs: 200 });
    this.#reply(id, { type: "done" });
  }

  #reply(id: number, result: HelperResult): void {
    this.#send({ type: "reply", id, result });
  }

  #send(message: unknown): void {
    this.#line?.write(encodeFrame(message));
  }
}
