import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { lineDevices } from "./cables.ts";
import type { LineName } from "./topology.ts";

/** How a line behaves. */
export interface LineSetting {
  /** Added to a round trip; half of it each way. */
  readonly roundTripMs: number;
  /** Of each direction, in kbit/s; 0 is as fast as it goes. */
  readonly kbit: number;
  /** Nothing gets through, and nothing says so. */
  readonly cut: boolean;
}

export interface Line {
  readonly setting: () => LineSetting;
  /** Changes what is named; resolves once it holds. */
  readonly set: (change: Partial<LineSetting>) => Promise<void>;
}

const perfect: LineSetting = { roundTripMs: 0, kbit: 0, cut: false };

/** Starts the relay of a line; its devices still have to be plugged in. */
export async function startLine(wire: string, name: LineName): Promise<Line> {
  const child = spawn(wire, ["line", ...lineDevices(name)], { stdio: ["pipe", "pipe", "inherit"] });
  const waiting = new Map<number, () => void>();
  let setting = perfect;
  let lastId = 0;
  await new Promise<void>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the relay of line ${name} ended with ${code}`)));
    createInterface(child.stdout).on("line", (text) => {
      const said: unknown = JSON.parse(text);
      if (typeof said !== "object" || said === null) return;
      if ("ready" in said) return resolve();
      if ("id" in said && typeof said.id === "number") {
        waiting.get(said.id)?.();
        waiting.delete(said.id);
      }
    });
  });
  return {
    setting: () => setting,
    set: (change) => {
      setting = { ...setting, ...change };
      return tell(child, ++lastId, setting, waiting);
    },
  };
}

function tell(child: ChildProcess, id: number, setting: LineSetting, waiting: Map<number, () => void>): Promise<void> {
  return new Promise((resolve, reject) => {
    waiting.set(id, resolve);
    const { roundTripMs, kbit, cut } = setting;
    child.stdin?.write(`${JSON.stringify({ id, delayMs: roundTripMs / 2, kbit, cut })}\n`, (error) => {
      if (error) reject(error);
    });
  });
}
