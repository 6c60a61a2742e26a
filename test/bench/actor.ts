import { createInterface } from "node:readline";
import type { Lab } from "../lab/lab.ts";
import type { LabProcess } from "../lab/lab-process.ts";
import type { HostName } from "../lab/topology.ts";

/** A program of `inside/` that runs on a host and does what it is told, one thing after the other. */
export class Actor {
  readonly #process: LabProcess;
  readonly #answers: AsyncIterator<string>;

  private constructor(process: LabProcess) {
    this.#process = process;
    this.#answers = createInterface(process.stdout)[Symbol.asyncIterator]();
  }

  static async start(lab: Lab, host: HostName, user: string, name: string): Promise<Actor> {
    const actor = new Actor(lab.spawn(host, ["/opt/node/node", `/opt/repo/test/bench/inside/${name}.ts`], { user }));
    await actor.#answer();
    return actor;
  }

  /** @throws what went wrong there */
  async tell<Value = null>(what: string, more: Readonly<Record<string, unknown>> = {}): Promise<Value> {
    this.#process.stdin.write(`${JSON.stringify({ ...more, do: what })}\n`);
    return (await this.#answer()) as Value;
  }

  end(): Promise<void> {
    return this.#process.kill();
  }

  async #answer(): Promise<unknown> {
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error(`it ended: ${this.#process.stderr.read() ?? ""}`);
    const said = JSON.parse(value) as { readonly value?: unknown; readonly error?: string };
    if (said.error !== undefined) throw new Error(said.error);
    return said.value;
  }
}
