import { readdirSync, readFileSync } from "node:fs";
import { sharedMark } from "./marks.ts";

/** Pids of the first processes of all labs that may be found, newest last. Nothing is stored: a dead lab is not there. */
export function runningLabs(): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const argv = commandLine(pid);
      return argv[0] === "sh" && argv[3] === sharedMark;
    })
    .sort((a, b) => a - b);
}

/**
 * The lab to talk to: the one with that pid, or the only one there is.
 * @throws with a sentence if there is none, or more than one and none was named
 */
export function chooseLab(labs: readonly number[], wanted: number | undefined): number {
  if (wanted !== undefined) {
    if (labs.includes(wanted)) return wanted;
    throw new Error(`There is no running lab with pid ${wanted}. Running: ${labs.join(", ") || "none"}.`);
  }
  const [only] = labs;
  if (only === undefined) throw new Error("No lab is running. Open one with: npm run lab");
  if (labs.length > 1) throw new Error(`Several labs are running. Choose one with --lab: ${labs.join(", ")}.`);
  return only;
}

function commandLine(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return []; // it has just ended
  }
}
