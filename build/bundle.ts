// Makes dist/, a tree that runs as it stands (DECISIONS: "Tree and build").
//   node build/bundle.ts [part …]     parts: see `steps`; without one, all

import { desktopStep } from "./bundle/desktop.ts";
import { helperStep } from "./bundle/helper.ts";
import { iconsStep } from "./bundle/icons.ts";
import { installedSteps } from "./bundle/installed.ts";
import { pagesStep } from "./bundle/pages.ts";
import { programSteps } from "./bundle/programs.ts";
import type { Step } from "./bundle/step.ts";
import { windowStep } from "./bundle/window.ts";
import { formatDuration, say } from "./progress.ts";
import { forgetStamp, isFresh, recordStamp } from "./stamp.ts";

const steps: readonly Step[] = [
  helperStep,
  pagesStep,
  windowStep,
  desktopStep,
  iconsStep,
  ...programSteps,
  ...installedSteps,
];

// Whoever calls, a test for one, may live in another: a product with React's development build would be slow and a third larger.
process.env.NODE_ENV = "production";
process.exitCode = await main(process.argv.slice(2));

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    say(`No such part: ${unknown.join(", ")}. There are: ${steps.map((step) => step.name).join(", ")}.`);
    return 1;
  }
  const startedMs = performance.now();
  const wanted = steps.filter((step) => names.length === 0 || names.includes(step.name));
  const results = await Promise.allSettled(wanted.map(runWhenStale));
  const failures = results.flatMap((result, index) =>
    result.status === "rejected" ? [`${wanted[index]?.name}: ${messageOf(result.reason)}`] : [],
  );
  for (const failure of failures) say(failure);
  const built = wanted.filter((_, index) => {
    const result = results[index];
    return result?.status === "fulfilled" && result.value === "built";
  });
  if (built.length > 0) {
    say(`Build (${built.map((step) => step.name).join(", ")}) … ${formatDuration(performance.now() - startedMs)}`);
  }
  return failures.length > 0 ? 1 : 0;
}

async function runWhenStale(step: Step): Promise<"built" | "fresh"> {
  if (await isFresh(step.name)) return "fresh";
  await forgetStamp(step.name);
  const startedAtMs = Date.now();
  await recordStamp(step.name, await step.run(), startedAtMs);
  return "built";
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
