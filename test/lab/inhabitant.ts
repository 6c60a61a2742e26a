import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * The pid of what runs behind `nsenter --pid` or `unshare --fork --pid`: they stay outside, wait for their one child and end as it
 * does. Undefined before it has started and after it has ended.
 */
export function pidBehind(waiting: number): number | undefined {
  try {
    const [first] = readFileSync(`/proc/${waiting}/task/${waiting}/children`, "utf8").split(" ");
    return first === undefined || first === "" ? undefined : Number(first);
  } catch {
    return undefined; // the one that waits has ended, too
  }
}

/** Sends a signal to the program itself, and not to what waits for it. */
export function signalBehind(waiting: number, signal: NodeJS.Signals): void {
  const pid = pidBehind(waiting);
  if (pid !== undefined) send(pid, signal);
}

/** Stops every process of a host but its first, given that one's pid. */
export function stopAll(holderPid: number): void {
  for (const pid of inhabitants(holderPid)) send(pid, "SIGSTOP");
}

/** Lets them go on; and what waits for them outside, because `nsenter` stops itself when its child is stopped. */
export function continueAll(holderPid: number): void {
  for (const pid of inhabitants(holderPid)) send(pid, "SIGCONT");
  for (const pid of allPids()) if (/\(nsenter\) T /.test(readText(`/proc/${pid}/stat`))) send(pid, "SIGCONT");
}

function inhabitants(holderPid: number): readonly number[] {
  const home = namespaceOf(holderPid);
  return allPids().filter((pid) => pid !== holderPid && namespaceOf(pid) === home);
}

function allPids(): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined; // it has ended
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Kills a process group that `spawn({ detached: true })` made. */
export function killGroup(leader: number): void {
  send(-leader, "SIGKILL");
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it was faster
  }
}
