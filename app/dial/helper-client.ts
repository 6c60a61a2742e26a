import type { ChildProcessByStdio } from "node:child_process";
import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { Failure } from "../../contract/causes.ts";
import { CauseError, failureOf } from "../../contract/causes.ts";
import { encodeFrame, FrameReader } from "../../contract/frame.ts";
import type {
  HelperEvent,
  HelperMessage,
  HelperRequest,
  HelperResult,
  HelperWelcome,
  RouteResult,
} from "../../contract/helper.ts";
import { decodeHelperMessage, helperProtocol } from "../../contract/helper.ts";
import { childEnvironment, type HelperProgram } from "./helper-program.ts";
import type { RouteAnswer, RouteCall } from "./route-set.ts";
import { RouteSet } from "./route-set.ts";

type Unnumbered<Request> = Request extends HelperRequest ? Omit<Request, "id"> : never;
/** What is asked as it stands; routes are asked for by `setRoutes`. */
export type HelperCall = Exclude<Unnumbered<HelperRequest>, RouteCall>;

interface ResultTypes {
  readonly prepare: "done";
  readonly connect: "done";
  readonly disconnect: "done";
  readonly resume: "status";
  readonly status: "status";
  readonly diagnose: "diagnosis";
  readonly logs: "logs";
}
export type HelperAnswer<Call extends HelperCall> = Extract<HelperResult, { readonly type: ResultTypes[Call["type"]] }>;

export interface HelperOptions {
  readonly program: HelperProgram;
  /** Name and version of the caller, for the helper's log. */
  readonly client: string;
  /** Called for one event after the other, in their order; the next waits for the promise of the one before. */
  readonly onEvent: (event: HelperEvent) => void | Promise<void>;
  readonly signal?: AbortSignal;
}

/** A connection to the privileged helper. Closing it leaves a tunnel standing for 30 s (contract: helper.ts). */
export interface HelperClient {
  readonly welcome: HelperWelcome;
  /** Throws CauseError: the helper's refusal, `cancelled` by the signal, or why the connection ended. */
  ask<Call extends HelperCall>(call: Call, signal?: AbortSignal): Promise<HelperAnswer<Call>>;
  /** Makes these networks, and no others, the tunnel's routes; one result for each, in that order. Throws as `ask` does. */
  setRoutes(networks: readonly string[]): Promise<readonly RouteResult[]>;
  /** Resolves when the connection is over; null after `close`. */
  readonly ended: Promise<Failure | null>;
  close(): void;
}

/**
 * Starts `anslut-helper connect --stdio` and greets the helper. Throws CauseError: `helperMissing` (no program, no
 * socket, nobody behind it), `helperUntrusted` (the other end is not root), `helperMismatch` (another protocol), `cancelled`.
 */
export async function openHelper(options: HelperOptions): Promise<HelperClient> {
  const connection = new HelperConnection(options);
  try {
    const welcome = await connection.greet();
    const routes = new RouteSet((call) => connection.route(call));
    return {
      welcome,
      setRoutes: (networks) => routes.set(networks),
      ask: (call, signal) => connection.ask(call, signal),
      ended: connection.ended,
      close: () => connection.end(null),
    };
  } catch (error) {
    connection.end(failureOf(error));
    throw error;
  }
}

interface Waiting {
  readonly types: readonly HelperResult["type"][];
  readonly resolve: (result: HelperResult) => void;
  readonly reject: (error: CauseError) => void;
}

const resultTypes: ResultTypes = {
  prepare: "done",
  connect: "done",
  disconnect: "done",
  resume: "status",
  status: "status",
  diagnose: "diagnosis",
  logs: "logs",
};

class HelperConnection {
  readonly ended: Promise<Failure | null>;
  readonly #options: HelperOptions;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #reader = new FrameReader();
  readonly #waiting = new Map<number, Waiting>();
  readonly #welcome = Promise.withResolvers<HelperWelcome>();
  readonly #end = Promise.withResolvers<Failure | null>();
  #lastId = 0;
  #over: { readonly failure: Failure | null } | undefined;
  #events: Promise<void> = Promise.resolve();
  #complaint = "";

  constructor(options: HelperOptions) {
    this.#options = options;
    this.ended = this.#end.promise;
    this.#welcome.promise.catch(() => undefined);
    const { command, args } = options.program;
    this.#child = spawn(command, [...args, "connect", "--stdio"], {
      stdio: ["pipe", "pipe", "pipe"],
      env: childEnvironment(),
    });
    this.#child.on("error", (error) => this.end({ cause: "helperMissing", detail: error.message }));
    this.#child.on("close", () => this.end({ cause: "helperMissing", detail: this.#complaint.trim() }));
    this.#child.stdin.on("error", () => undefined); // the close event says it
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-1000);
    });
    this.#child.stdout.on("data", (chunk: Buffer) => this.#receive(chunk));
    options.signal?.addEventListener("abort", this.#abort, { once: true });
    if (options.signal?.aborted) this.#abort();
  }

  greet(): Promise<HelperWelcome> {
    this.#send({ type: "hello", protocol: helperProtocol, client: this.#options.client });
    return this.#welcome.promise;
  }

  ask<Call extends HelperCall>(call: Call, signal?: AbortSignal): Promise<HelperAnswer<Call>> {
    return this.#ask(call, [resultTypes[call.type]], signal) as Promise<HelperAnswer<Call>>; // #settle has compared the type
  }

  route(call: RouteCall): Promise<RouteAnswer> {
    return this.#ask(call, ["routes", "stale"]) as Promise<RouteAnswer>; // as above
  }

  #ask(call: object, types: Waiting["types"], signal?: AbortSignal): Promise<HelperResult> {
    const { promise, resolve, reject } = Promise.withResolvers<HelperResult>();
    if (this.#over) reject(errorOf(this.#over.failure));
    else if (signal?.aborted) reject(new CauseError("cancelled"));
    else {
      const id = ++this.#lastId;
      this.#waiting.set(id, { types, resolve, reject });
      const forget = () => {
        this.#waiting.delete(id);
        reject(new CauseError("cancelled"));
      };
      signal?.addEventListener("abort", forget, { once: true });
      const done = () => signal?.removeEventListener("abort", forget);
      promise.then(done, done);
      this.#send({ ...call, id });
    }
    return promise;
  }

  end(failure: Failure | null): void {
    if (this.#over) return;
    this.#over = { failure };
    this.#options.signal?.removeEventListener("abort", this.#abort);
    const error = errorOf(failure);
    this.#welcome.reject(error);
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
    this.#child.stdin.end();
    this.#child.stdout.destroy();
    this.#child.kill();
    this.#end.resolve(failure);
  }

  readonly #abort = (): void => this.end({ cause: "cancelled", detail: "" });

  #send(message: unknown): void {
    this.#child.stdin.write(encodeFrame(message));
  }

  #receive(chunk: Buffer): void {
    if (this.#over) return;
    try {
      for (const message of this.#reader.push(chunk)) this.#take(decodeHelperMessage(message));
    } catch (error) {
      this.end({ cause: "helperMismatch", detail: failureOf(error).detail });
    }
  }

  #take(message: HelperMessage): void {
    switch (message.type) {
      case "welcome":
        if (message.protocol === helperProtocol) this.#welcome.resolve(message);
        else this.end({ cause: "helperMismatch", detail: `protocol ${message.protocol}, ours is ${helperProtocol}` });
        return;
      case "refusal":
        if (message.id === 0) this.end({ cause: message.cause, detail: message.detail });
        else this.#claim(message.id)?.reject(new CauseError(message.cause, message.detail));
        return;
      case "reply":
        this.#settle(message.id, message.result);
        return;
      case "event":
        this.#events = this.#events.then(() => this.#options.onEvent(message.event)).catch(() => undefined);
    }
  }

  #settle(id: number, result: HelperResult): void {
    const waiting = this.#claim(id);
    if (waiting === undefined || waiting.types.includes(result.type)) waiting?.resolve(result);
    else waiting.reject(new CauseError("helperMismatch", `answered ${result.type}`));
  }

  #claim(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}

function errorOf(failure: Failure | null): CauseError {
  return failure === null ? new CauseError("cancelled", "closed") : new CauseError(failure.cause, failure.detail);
}
