import { encodeFrame, FrameReader } from "../../contract/frame.ts";
import type { HelperEvent, HelperMessage, HelperRequest, HelperResult } from "../../contract/helper.ts";
import { decodeHelperMessage } from "../../contract/helper.ts";
import type { Lab } from "../lab/lab.ts";
import type { LabProcess } from "../lab/lab-process.ts";
import type { HostName } from "../lab/topology.ts";

type Answer = Extract<HelperMessage, { type: "reply" | "refusal" }>;

/**
 * A process of some user that speaks with the helper's socket as it likes. socat, not our `connect --stdio`: a hostile
 * program would not use ours.
 */
export class HelperCaller {
  readonly messages: HelperMessage[] = [];
  readonly #process: LabProcess;
  readonly #reader = new FrameReader();
  readonly #waiting = new Set<() => void>();
  #id = 0;
  #isClosed = false;

  constructor(lab: Lab, host: HostName, user: string) {
    this.#process = lab.spawn(host, ["socat", "-t", "0.1", "STDIO", "UNIX-CONNECT:/run/anslut/helper.sock"], { user });
    this.#process.stdin.on("error", () => {});
    this.#process.stdout.on("data", (chunk: Buffer) => {
      this.messages.push(...this.#reader.push(chunk).map(decodeHelperMessage));
      this.#wake();
    });
    this.#process.stdout.on("close", () => this.#closed());
    this.#process.stdout.on("end", () => this.#closed());
  }

  /** Raw bytes, whatever they are. */
  write(bytes: Uint8Array | string): void {
    this.#process.stdin.write(bytes);
  }

  frame(message: unknown): void {
    this.write(encodeFrame(message));
  }

  async hello(): Promise<Extract<HelperMessage, { type: "welcome" }>> {
    this.frame({ type: "hello", protocol: 1, client: "attack" });
    return await this.await((message) => (message.type === "welcome" ? message : undefined));
  }

  /** Asks and waits for the answer. */
  async ask(request: DistributiveOmit<HelperRequest, "id">): Promise<Answer> {
    this.#id += 1;
    const id = this.#id;
    this.frame({ ...request, id });
    return await this.await((message) =>
      (message.type === "reply" || message.type === "refusal") && message.id === id ? message : undefined,
    );
  }

  async event<Type extends HelperEvent["type"]>(type: Type): Promise<Extract<HelperEvent, { type: Type }>> {
    return await this.await((message) =>
      message.type === "event" && message.event.type === type
        ? (message.event as Extract<HelperEvent, { type: Type }>)
        : undefined,
    );
  }

  /** The first message that fits, of those that came and those that come. */
  async await<Found>(fits: (message: HelperMessage) => Found | undefined): Promise<Found> {
    for (;;) {
      for (const message of this.messages) {
        const found = fits(message);
        if (found !== undefined) return found;
      }
      if (this.#isClosed) throw new Error(`the helper hung up after ${JSON.stringify(this.messages)}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Waits until the helper has hung up, and gives its last word. */
  async ended(): Promise<HelperMessage | undefined> {
    while (!this.#isClosed) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    return this.messages.at(-1);
  }

  async close(): Promise<void> {
    await this.#process.kill();
  }

  #closed(): void {
    this.#isClosed = true;
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

type DistributiveOmit<Value, Key extends PropertyKey> = Value extends unknown ? Omit<Value, Key> : never;

/** Of a reply to `setRoutes`: what became of each network. */
export function routesOf(answer: Answer): readonly { readonly network: string; readonly state: string }[] {
  if (answer.type !== "reply" || answer.result.type !== "routes") throw new Error(JSON.stringify(answer));
  return answer.result.routes;
}

/** Of a reply to `status`. */
export function statusOf(answer: Answer): Extract<HelperResult, { type: "status" }> {
  if (answer.type !== "reply" || answer.result.type !== "status") throw new Error(JSON.stringify(answer));
  return answer.result;
}
