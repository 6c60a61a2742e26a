import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { labDirectory } from "./disk.ts";
import { type EntryPlan, entryInto } from "./entry.ts";
import { signalBehind } from "./inhabitant.ts";
import { run } from "./run.ts";

/** A program that runs on a host as long as the host has power. */
export interface DaemonPlan extends EntryPlan {
  /** Unique on its host. */
  readonly name: string;
  /** The line, on stdout or stderr, by which it says that it is ready. */
  readonly ready: RegExp;
  /** Run to their end before it is started, as a unit's ExecStartPre. */
  readonly before?: readonly EntryPlan[];
  /** Fed to its stdin, which is then closed. */
  readonly input?: string;
  /** Pause before it is started anew when it ends by itself, as a unit's Restart and RestartSec; left out: it is not. */
  readonly restartMs?: number;
}

export interface Daemon {
  readonly name: string;
  readonly process: ChildProcess;
  /** Resolves with the first line that matches, said already or yet to come; rejects if it ends without it. */
  readonly said: (pattern: RegExp) => Promise<string>;
  /** Asks it to end (SIGTERM) and waits until it has. */
  readonly stop: () => Promise<void>;
  /** Resolves when it has ended, however. */
  readonly ended: Promise<void>;
}

export function logFile(host: string, name: string): string {
  return join(labDirectory, "logs", `${host}-${name}.log`);
}

/**
 * Starts a daemon and waits until it says it is ready. Everything it prints goes to its log.
 * @throws with its last lines if it ends before
 */
export async function startDaemon(holderPid: number, plan: DaemonPlan): Promise<Daemon> {
  for (const errand of plan.before ?? []) await runOn(holderPid, errand);
  const entry = entryInto(holderPid, plan);
  const child = spawn(entry.file, entry.args, { env: entry.env, stdio: "pipe", detached: true });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  child.stdin.on("error", () => {}); // it may end without reading
  child.stdin.end(plan.input ?? "");
  const said = listen(child, plan);
  await said(plan.ready);
  const stop = async (): Promise<void> => {
    if (child.pid !== undefined) signalBehind(child.pid, "SIGTERM");
    await ended;
  };
  return { name: plan.name, process: child, said, stop, ended };
}

interface Waiting {
  readonly pattern: RegExp;
  readonly resolve: (line: string) => void;
  readonly reject: (error: Error) => void;
}

/** Writes all that a daemon prints to its log, and tells who waits for a line. */
function listen(child: ChildProcessWithoutNullStreams, plan: DaemonPlan): Daemon["said"] {
  const log = logFile(plan.host, plan.name);
  const lines: string[] = [];
  const waiting = new Set<Waiting>();
  let end: string | undefined;
  const complaint = (pattern: RegExp): Error =>
    new Error(`${plan.host}: ${plan.name} ${end} without saying ${pattern}\n${lines.slice(-20).join("\n")}`);
  const onLine = (line: string): void => {
    appendFileSync(log, `${line}\n`);
    lines.push(line);
    for (const each of waiting) {
      if (!each.pattern.test(line)) continue;
      waiting.delete(each);
      each.resolve(line);
    }
  };
  const onEnd = (how: string): void => {
    end = how;
    appendFileSync(log, `[${how}]\n`);
    for (const each of waiting) each.reject(complaint(each.pattern));
    waiting.clear();
  };
  createInterface(child.stdout).on("line", onLine);
  createInterface(child.stderr).on("line", onLine);
  child.once("error", (error) => onEnd(`could not be started (${error.message})`));
  child.once("close", (code, signal) => onEnd(`ended with ${signal ?? code}`));
  return (pattern) =>
    new Promise((resolve, reject) => {
      const found = lines.find((line) => pattern.test(line));
      if (found !== undefined) resolve(found);
      else if (end !== undefined) reject(complaint(pattern));
      else waiting.add({ pattern, resolve, reject });
    });
}

/** Runs something on a host to its end; for the lab's own errands. */
export function runOn(holderPid: number, plan: EntryPlan, input = ""): Promise<string> {
  const entry = entryInto(holderPid, plan);
  return run(entry.file, entry.args, { env: entry.env, input });
}
