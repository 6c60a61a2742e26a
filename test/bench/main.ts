// npm run bench: every promise about speed, measured beside what a user would otherwise take.

import { readArguments, usage } from "./arguments.ts";
import type { Figure } from "./figure.ts";
import { machineLine } from "./machine.ts";
import { Office } from "./office.ts";
import { type Row, rows } from "./rows.ts";
import { tableOf } from "./table.ts";
import { drawTimeline } from "./timeline.ts";

try {
  const args = readArguments(process.argv.slice(2));
  if (args.help) process.stdout.write(usage);
  else if (args.draw !== "") await drawTimeline(args.draw);
  else process.exitCode = (await measure(args.only, args.json)) ? 0 : 1;
  process.stdin.destroy();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** Runs the rows, each in a lab of its own where it needs one. Returns whether every promise was kept. */
async function measure(only: readonly string[], json: boolean): Promise<boolean> {
  const machine = await machineLine();
  const figures: Figure[] = [];
  for (const row of rows.filter(({ name }) => only.length === 0 || only.includes(name))) {
    process.stderr.write(`${row.name}: ${row.what} …\n`);
    try {
      figures.push(...(await figuresOf(row)));
    } catch (error) {
      const measured = error instanceof Error ? error.message : String(error);
      figures.push({ row: row.name, what: row.what, measured, stock: "", limit: "", goal: "", held: false, note: "" });
    }
  }
  process.stdout.write(
    json ? `${JSON.stringify({ machine, figures }, null, 2)}\n` : `${machine}\n\n${tableOf(figures)}`,
  );
  return figures.every(({ held }) => held !== false);
}

async function figuresOf(row: Row): Promise<readonly Figure[]> {
  const office = await Office.open();
  try {
    return await row.measure(office);
  } finally {
    await office.close();
  }
}
