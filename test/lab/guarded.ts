import { readFileSync } from "node:fs";

/**
 * The processes that a lab must not outlive: this one, and those between it and the npm that started it. Without npm,
 * this one alone.
 */
export function guardedProcesses(): readonly number[] {
  const chain: number[] = [];
  for (let pid = process.pid; pid > 1; pid = parentOf(pid)) {
    chain.push(pid);
    if (nameOf(pid).startsWith("npm")) return chain;
  }
  return [process.pid];
}

function nameOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
}

/** proc_pid_stat(5): the name, field 2, may itself hold spaces and brackets. */
function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}
