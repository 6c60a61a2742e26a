// npm run chaos: faults and actions in random order, in a lab of its own; exit code 1 if an invariant did not hold.

import { readArguments, usage } from "./arguments.ts";
import { runChaos } from "./chaos.ts";

const write = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  const { help, ...options } = readArguments(process.argv.slice(2));
  if (help) process.stdout.write(usage);
  else {
    write(`seed ${options.seed}`);
    const started = Date.now();
    const { steps, byDeed, violation } = await runChaos({ ...options, write });
    const lines = Object.entries(byDeed).sort(([, one], [, other]) => other - one);
    write(`\n${steps} steps in ${Math.round((Date.now() - started) / 1000)} s, seed ${options.seed}:`);
    for (const [name, count] of lines) write(`${String(count).padStart(5)}  ${name}`);
    write(violation === null ? "\nEverything held." : `\nIt did not hold: ${violation.split("\n")[0]}`);
    if (violation !== null) process.exitCode = 1;
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
