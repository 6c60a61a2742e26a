import { expect, test } from "vitest";
import { runChaos } from "./chaos.ts";

test("a short random sequence of faults and actions leaves every invariant standing", {
  timeout: 180_000,
}, async () => {
  const told: string[] = [];
  const { violation } = await runChaos({ seed: 7, minutes: 1, steps: 16, write: (line) => told.push(line) });
  expect(violation, told.join("\n")).toBeNull();
});
