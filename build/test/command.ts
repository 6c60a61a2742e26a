import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { root } from "../paths.ts";

export interface Finished {
  readonly ok: boolean;
  /** stdout and stderr in the order they came; empty when they were shown at once. */
  readonly output: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  /** `collected` keeps the output for `Finished`, `shown` lets a person follow a long run. */
  readonly output?: "collected" | "shown";
}

// vitest and its like begin with "#!/usr/bin/env node", and that is to be the Node 24 of the project.
const env = { ...process.env, PATH: [join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter) };

/** Runs a program to its end. One that cannot be started has failed, with the reason as its output. */
export function run(
  program: string,
  args: readonly string[],
  { cwd = root, output = "collected" }: CommandOptions = {},
): Promise<Finished> {
  const { promise, resolve } = Promise.withResolvers<Finished>();
  const child = spawn(program, args, { cwd, env, stdio: output === "shown" ? "inherit" : ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
  }
  child.on("error", (error) => resolve({ ok: false, output: error.message }));
  child.on("close", (code) => resolve({ ok: code === 0, output: text }));
  return promise;
}
