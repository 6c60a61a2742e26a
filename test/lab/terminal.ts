import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import type { EntryPlan } from "./entry.ts";
import type { Lab } from "./lab.ts";
import type { ExitStatus } from "./request.ts";

/** Runs a program in the lab with our own stdin, stdout and stderr, and returns what to exit with. */
export async function runHere(lab: Lab, plan: EntryPlan): Promise<number> {
  return process.stdin.isTTY && process.stdout.isTTY ? runOnTerminal(lab, plan) : runOnPipes(lab, plan);
}

/**
 * The program gets the terminal itself, so job control, colours and Ctrl-C are as on that computer: it is
 * entered from here, through the lab's namespaces, and so dies with them.
 */
async function runOnTerminal(lab: Lab, plan: EntryPlan): Promise<number> {
  const entry = await lab.entry({ ...plan, env: { TERM: process.env.TERM ?? "dumb", ...plan.env } });
  const through = [`--target=${lab.pid}`, "--mount", "--pid", "--net", "--"];
  const ignore = (): void => {}; // Ctrl-C is meant for the program
  process.on("SIGINT", ignore);
  const child = spawn("nsenter", [...through, entry.file, ...entry.args], { env: entry.env, stdio: "inherit" });
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  process.off("SIGINT", ignore);
  return exitCodeOf({ code, signal });
}

async function runOnPipes(lab: Lab, plan: EntryPlan): Promise<number> {
  const { host, argv, ...options } = plan;
  const started = lab.spawn(host, argv, options);
  started.stdin.on("error", () => {}); // it may end without reading
  process.stdin.pipe(started.stdin);
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const passOn = (name: NodeJS.Signals): void => {
    started.signal(name);
    for (const each of signals) process.off(each, passOn); // a second one is for us, and ends all
  };
  for (const name of signals) process.on(name, passOn);
  const flushed = [copy(started.stdout, process.stdout), copy(started.stderr, process.stderr)];
  const status = await started.exited;
  await Promise.all(flushed);
  for (const name of signals) process.off(name, passOn);
  process.stdin.unpipe().pause();
  return exitCodeOf(status);
}

async function copy(from: NodeJS.ReadableStream, to: NodeJS.WritableStream): Promise<void> {
  for await (const part of from) {
    if (!to.write(part)) await once(to, "drain");
  }
}

/** As a shell would say it. */
function exitCodeOf({ code, signal }: ExitStatus): number {
  return signal === null ? (code ?? 1) : 128 + constants.signals[signal];
}
