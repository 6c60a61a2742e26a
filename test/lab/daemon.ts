import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { labDirectory } from "./disk.ts";
import { type EntryPlan, entryInto } from "./entry.ts";
import { run } from "./run.ts";

/** A program that runs on a host as long as the host has power. */
export interface DaemonPlan extends EntryPlan {
  /** Unique on its host. */
  readonly name: string;
  /** The line, on stdout or stderr, by which it says that it is ready. */
  readonly ready: RegExp;
  /** Fed to its stdin, which is then closed. */
  readonly input?: string;
}

export interface Daemon {
  readonly name: string;
  readonly process: ChildProcess;
  /** Asks it to end (SIGTERM) and waits until it has. */
  readonly stop: () => Promise<void>;
}

export function logFile(host: string, name: string): string {
  return join(labDirectory, "logs", `${host}-${name}.log`);
}

/**
 * Starts a daemon and waits until it says it is ready. Everything it prints goes to its log.
 * @throws with its last lines if it ends before
 */
export function startDaemon(holderPid: number, plan: DaemonPlan): Promise<Daemon> {
  const entry = entryInto(holderPid, plan);
  const child = spawn(entry.file, entry.args, { env: entry.env, stdio: "pipe", detached: true });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const log = logFile(plan.host, plan.name);
  child.stdin.on("error", () => {});
  child.stdin.end(plan.input ?? "");
  const last: string[] = [];
  return new Promise((resolve, reject) => {
    const onLine = (line: string): void => {
      appendFileSync(log, `${line}\n`);
      last.push(line);
      if (last.length > 20) last.shift();
      if (!plan.ready.test(line)) return;
      const stop = async (): Promise<void> => {
        child.kill("SIGTERM");
        await ended;
      };
      resolve({ name: plan.name, process: child, stop });
    };
    createInterface(child.stdout).on("line", onLine);
    createInterface(child.stderr).on("line", onLine);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      appendFileSync(log, `[ended with ${signal ?? code}]\n`);
      reject(
        new Error(`${plan.host}: ${plan.name} ended with ${signal ?? code} before it was ready\n${last.join("\n")}`),
      );
    });
  });
}

/** Runs something on a host to its end; for the lab's own errands. */
export function runOn(holderPid: number, plan: EntryPlan, input = ""): Promise<string> {
  const entry = entryInto(holderPid, plan);
  return run(entry.file, entry.args, { env: entry.env, input });
}
