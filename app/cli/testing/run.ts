import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import type { Host } from "../command-line.ts";
import { runCommandLine } from "../command-line.ts";

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** What stands on standard input, a pipe. */
  readonly input?: string | Uint8Array;
  /** Emits SIGINT and SIGTERM. */
  readonly signals?: EventEmitter;
  /** Emits `line` for each write to stdout. */
  readonly output?: EventEmitter;
}

/** Runs `anslut` in this process, with pipes for all three streams. */
export async function runCli(words: readonly string[], options: RunOptions): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const signals = options.signals ?? new EventEmitter();
  const input = new PassThrough();
  input.end(options.input ?? "");
  const host: Host = {
    stdin: Object.assign(input, { isTTY: false, setRawMode: () => input as never }) as unknown as Host["stdin"],
    stdout: {
      write: (text) => {
        out.push(text);
        options.output?.emit("line", text);
      },
    },
    stderr: { write: (text) => err.push(text) },
    env: options.environment,
    on: (signal, listener) => signals.on(signal, listener),
    exit: (code) => signals.emit("exit", code),
  };
  const code = await runCommandLine(words, host);
  return { code, stdout: out.join(""), stderr: err.join("") };
}

/** The one JSON object that a command printed with `--json`. */
export function jsonOf(outcome: Outcome): unknown {
  return JSON.parse(outcome.stdout);
}
