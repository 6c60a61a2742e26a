import type { Count } from "./count.ts";

/** What `go test -json` wrote: the number of tests, and everything printed by those that failed or did not compile. */
export interface GoReport {
  readonly count: Count;
  readonly failureText: string;
}

interface Event {
  readonly Action: string;
  readonly Package?: string;
  readonly ImportPath?: string;
  readonly Test?: string;
  readonly Output?: string;
}

/** Reads the lines of `go test -json` (`go doc test2json`). A test that only groups others does not count. */
export function readGoReport(text: string): GoReport {
  const results = new Map<string, string>();
  const output = new Map<string, string>();
  const stray: string[] = [];
  for (const line of text.split("\n").filter((line) => line !== "")) {
    if (!line.startsWith("{")) {
      stray.push(line);
      continue;
    }
    const event = JSON.parse(line) as Event;
    const key = `${event.Package ?? event.ImportPath ?? ""}\n${event.Test ?? ""}`;
    if (event.Output !== undefined) output.set(key, (output.get(key) ?? "") + event.Output);
    else if (/^(pass|fail|skip|build-fail)$/.test(event.Action)) results.set(key, event.Action);
  }
  const tests = [...results].filter(([key]) => !key.endsWith("\n"));
  const leaves = tests.filter(([key]) => !tests.some(([other]) => other.startsWith(`${key}/`)));
  const failed = [...results].filter(([, result]) => result.includes("fail")).map(([key]) => key);
  return {
    count: {
      passed: countOf(leaves, "pass"),
      failed: countOf(leaves, "fail"),
      skipped: countOf(leaves, "skip"),
    },
    failureText: [...stray, ...failed.map((key) => output.get(key) ?? "")].join("\n"),
  };
}

function countOf(tests: readonly (readonly [string, string])[], wanted: string): number {
  return tests.filter(([, result]) => result === wanted).length;
}
