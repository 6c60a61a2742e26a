import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";

export interface ChaosArguments {
  readonly minutes: number;
  readonly seed: number;
  /** Ends after so many steps, if the minutes have not ended it before. */
  readonly steps: number;
  readonly help: boolean;
}

export const usage = `Usage: npm run chaos -- [--minutes <n>] [--steps <n>] [--seed <n>]

Faults and actions in random order in one lab; after each the invariants are looked at by an observer outside our code.

Options:
  --minutes <n>   how long; default: 5
  --steps <n>     no more steps than these
  --seed <n>      repeats the sequence of a run that printed this seed; drawn if left out
  --help
`;

/** @throws with a sentence about what is wrong */
export function readArguments(argv: readonly string[]): ChaosArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      minutes: { type: "string", default: "5" },
      seed: { type: "string" },
      steps: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  return {
    minutes: numberOf("--minutes", values.minutes),
    seed: values.seed === undefined ? randomInt(1_000_000) : Math.floor(numberOf("--seed", values.seed)),
    steps: values.steps === undefined ? Number.POSITIVE_INFINITY : numberOf("--steps", values.steps),
    help: values.help,
  };
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new Error(`${option} wants a number, not ${text}.`);
  return value;
}
