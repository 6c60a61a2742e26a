import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { xvfb } from "./runtime.ts";

export interface Screen {
  /** DISPLAY. */
  readonly name: string;
  readonly close: () => Promise<void>;
}

/** The display that is there, or one in memory. */
export async function openScreen(): Promise<Screen> {
  if (process.env.DISPLAY !== undefined) return { name: process.env.DISPLAY, close: async () => {} };
  // It chooses a free number and says it on descriptor 3.
  const server = spawn(xvfb, ["-displayfd", "3", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const said = server.stdio[3];
  if (said === null || said === undefined || !("on" in said)) throw new TypeError("a pipe was asked for");
  const [number] = (await once(createInterface(said as NodeJS.ReadableStream), "line")) as [string];
  const close = async (): Promise<void> => {
    const ended = once(server, "exit");
    server.kill();
    await ended;
  };
  return { name: `:${number}`, close };
}
