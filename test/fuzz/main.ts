// npm run fuzz -- --minutes N [--only <part of a name>] [--seed <number>]
// Runs over every parser that reads what somebody else wrote, and shares the time among them.

import { parseArgs } from "node:util";
import { fuzzGo, goTargets } from "./go-fuzzer.ts";
import { lineOf, type Report } from "./report.ts";
import { fuzzScript } from "./script-fuzzer.ts";
import { targets } from "./targets.ts";

const usage = "usage: npm run fuzz -- --minutes N [--only <part of a name>] [--seed <number>]";

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "1" },
      only: { type: "string", default: "" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
    },
  });
  const minutes = Number(values.minutes);
  const seed = Number(values.seed);
  if (!(minutes > 0) || !Number.isInteger(seed)) {
    console.error(usage);
    return 2;
  }
  const runs = await runsFor(values.only, seed);
  const forMs = (minutes * 60_000) / Math.max(1, runs.length);
  console.log(`${runs.length} targets, ${(forMs / 1000).toFixed(0)} s each, seed ${seed}`);
  const reports: Report[] = [];
  for (const run of runs) {
    const report = await run(forMs);
    reports.push(report);
    console.log(lineOf(report));
  }
  const findings = reports.filter(({ finding }) => finding !== null).length;
  const trials = reports.reduce((sum, report) => sum + report.trials, 0);
  console.log(`${trials.toLocaleString("en")} executions, ${findings} findings`);
  return findings === 0 ? 0 : 1;
}

async function runsFor(part: string, seed: number): Promise<readonly ((forMs: number) => Promise<Report>)[]> {
  const named = (name: string) => name.toLowerCase().includes(part.toLowerCase());
  const go = (await goTargets()).filter(({ name, folder }) => named(`helper: ${name} ${folder}`));
  const scripts = targets.filter(({ name }) => named(name));
  return [
    ...scripts.map(
      ({ name }) =>
        (forMs: number) =>
          fuzzScript(name, forMs, seed),
    ),
    ...go.map((target) => (forMs: number) => fuzzGo(target, forMs)),
  ];
}
