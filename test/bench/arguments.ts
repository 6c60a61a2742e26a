import { parseArgs } from "node:util";
import { rows } from "./rows.ts";

export interface BenchArguments {
  /** Rows to measure; none: all. */
  readonly only: readonly string[];
  readonly json: boolean;
  /** Where to draw the time line of a dial, instead of measuring. */
  readonly draw: string;
  readonly help: boolean;
}

export const usage = `Usage: npm run bench -- [--only <row>] … [--json] [--draw <file>]

Measures in the lab what docs/performance.md promises, beside what a user would otherwise take.

Rows:
${rows.map(({ name, what }) => `  ${name.padEnd(12)} ${what}\n`).join("")}
Options:
  --only <row>   this row alone; may be given several times
  --json         print one JSON object
  --draw <file>  measure nothing; draw the time line of a dial into an SVG file
  --help
`;

/** @throws with a sentence about what is wrong */
export function readArguments(argv: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: "string", multiple: true, default: [] },
      json: { type: "boolean", default: false },
      draw: { type: "string", default: "" },
      help: { type: "boolean", default: false },
    },
  });
  const unknown = values.only.find((name) => !rows.some((row) => row.name === name));
  if (unknown !== undefined)
    throw new Error(`There is no row "${unknown}". There are: ${rows.map(({ name }) => name).join(", ")}.`);
  return values;
}
