// npm test [-- static | unit | lab [arguments for vitest]]
// One line for each check, what failed in full, and as the last line "N passed, N failed".

import { formatDuration } from "./progress.ts";
import type { Check, Result } from "./test/checks.ts";
import { labChecks, staticChecks, unitChecks } from "./test/checks.ts";
import type { Count } from "./test/count.ts";
import { closingLine, sum } from "./test/count.ts";

process.exitCode = await main(process.argv.slice(2));

async function main([selection, ...rest]: readonly string[]): Promise<number> {
  const results = await runSelected(selection, rest);
  if (results === undefined) {
    console.error("usage: npm test [-- static | unit | lab [arguments for vitest]]");
    return 2;
  }
  const total = sum(results.map(countOf));
  console.log(closingLine(total));
  return results.every((result) => result.ok) ? 0 : 1;
}

function runSelected(selection: string | undefined, rest: readonly string[]): Promise<readonly Result[]> | undefined {
  switch (selection) {
    case undefined:
      return runAll();
    case "static":
      return runTogether(staticChecks);
    case "unit":
      return runInTurn(unitChecks);
    case "lab":
      return runInTurn(labChecks(rest));
    default:
      return undefined;
  }
}

async function runAll(): Promise<readonly Result[]> {
  const results = await runTogether(staticChecks);
  if (results.some((result) => !result.ok)) return results;
  return [...results, ...(await runInTurn([...unitChecks, ...labChecks([])]))];
}

async function runTogether(checks: readonly Check[]): Promise<readonly Result[]> {
  return Promise.all(checks.map(runCheck));
}

async function runInTurn(checks: readonly Check[]): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const check of checks) {
    const result = await runCheck(check);
    results.push(result);
    if (!result.ok) break;
  }
  return results;
}

async function runCheck(check: Check): Promise<Result> {
  const startedMs = performance.now();
  const result = await check.run();
  const took = formatDuration(performance.now() - startedMs);
  console.log(`${check.name} … ${result.ok ? took : `failed after ${took}`}`);
  if (!result.ok && result.output !== "") console.log(result.output.trimEnd());
  return result;
}

function countOf({ ok, count }: Result): Count {
  return ok || count.failed > 0 ? count : { ...count, failed: 1 };
}
