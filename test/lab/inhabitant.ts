import { readFileSync } from "node:fs";

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
