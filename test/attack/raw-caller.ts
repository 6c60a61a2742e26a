import type { Lab } from "../lab/lab.ts";
import type { LabProcess } from "../lab/lab-process.ts";
import { type HostName, portalName } from "../lab/topology.ts";

interface Told {
  readonly id: number;
  /** Bytes that came back until the connection was closed. */
  readonly received: number;
  readonly ms: number;
}

/** Somebody on a host of the lab who sends bytes to the portal's ports. */
export class RawCaller {
  readonly #process: LabProcess;
  readonly #waiting = new Map<number, (told: Told) => void>();
  #id = 0;
  #rest = "";

  constructor(lab: Lab, host: HostName) {
    this.#process = lab.spawn(host, ["node", "/opt/repo/test/attack/probe/raw.ts", portalName]);
    this.#process.stdout.on("data", (data: Buffer) => {
      const lines = (this.#rest + data.toString()).split("\n");
      this.#rest = lines.pop() ?? "";
      for (const line of lines.filter((each) => each.startsWith("{"))) {
        const told = JSON.parse(line) as Told;
        this.#waiting.get(told.id)?.(told);
        this.#waiting.delete(told.id);
      }
    });
  }

  /** Sends, and waits until the portal has closed the connection. */
  send(port: number, bytes: Buffer, end: "ends" | "half-open" = "half-open"): Promise<Told> {
    this.#id += 1;
    const id = this.#id;
    const told = new Promise<Told>((resolve) => this.#waiting.set(id, resolve));
    this.#process.stdin.write(`${JSON.stringify({ id, port, hex: bytes.toString("hex"), ends: end === "ends" })}\n`);
    return told;
  }

  async close(): Promise<void> {
    await this.#process.kill();
  }
}
