import type { Lab } from "../lab/lab.ts";
import type { LabProcess } from "../lab/lab-process.ts";
import type { MachineNumber } from "./witness.ts";

const port = 20021;

/** A file on its way from a machine's HMI to the laptop; no program of ours at either end. */
export class Copy {
  readonly #sender: LabProcess;
  readonly #receiver: LabProcess;
  #lastMs = performance.now();

  private constructor(sender: LabProcess, receiver: LabProcess) {
    this.#sender = sender;
    this.#receiver = receiver;
    receiver.stdout.on("data", () => {
      this.#lastMs = performance.now();
    });
  }

  /** Resolves when the first bytes have arrived. */
  static async start(lab: Lab, machine: MachineNumber): Promise<Copy> {
    const sender = lab.spawn(`hmi${machine}`, [
      ...["socat", "-d", "-d", `TCP4-LISTEN:${port},reuseaddr`],
      "SYSTEM:while echo a line of the file; do sleep 0.05; done",
    ]);
    await sender.line(/listening on/);
    const hmi = lab.variable(`MACHINE${machine}_REMOTE_HMI`);
    const receiver = lab.spawn("laptop", ["socat", "-u", `TCP4:${hmi}:${port}`, "-"], { user: "tech" });
    const arrived = new Promise<void>((resolve, reject) => {
      receiver.stdout.once("data", () => resolve());
      receiver.exited.then(() => reject(new Error("the copy ended before it began")), reject);
    });
    const copy = new Copy(sender, receiver);
    await arrived;
    return copy;
  }

  /**
   * Waits for twice `withinMs` and looks when the last byte came.
   * @throws if bytes came later than `withinMs` from now
   */
  async stalls(withinMs: number): Promise<void> {
    const fromMs = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 2 * withinMs));
    const lateMs = this.#lastMs - fromMs;
    if (lateMs > withinMs) throw new Error(`the copy went on for ${Math.round(lateMs)} ms`);
  }

  async end(): Promise<void> {
    await Promise.all([this.#sender.kill(), this.#receiver.kill()]);
  }
}
