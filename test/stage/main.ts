// npm start: the window on a technician's laptop, where it can be seen; else, and with --once, the same way told line by line.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Lab } from "../lab/lab.ts";
import { openLab } from "../lab/open.ts";
import { runHere } from "../lab/terminal.ts";
import { readArguments, type StageArguments, usage } from "./arguments.ts";
import { displaySockets } from "./display.ts";
import { Narrator } from "./narrator.ts";
import { askDoctor, castOf, type Facts, leave, reachMachine } from "./play.ts";
import { showWindow } from "./show-window.ts";
import { type Sight, sightOf } from "./sight.ts";

const checkout = dirname(dirname(import.meta.dirname));

try {
  const args = readArguments(process.argv.slice(2));
  const sight = args.once || args.json ? undefined : sightOf(process.env, electronHere());
  if (args.help) process.stdout.write(usage);
  else if (sight === undefined || sight.by === "nothing") process.exitCode = (await perform(args, sight)) ? 0 : 1;
  else await open(args, sight);
  process.stdin.destroy();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** Electron's runtime, where npm or somebody else has put one (LAB.md of Electron's package: ELECTRON_OVERRIDE_DIST_PATH). */
function electronHere(): string | undefined {
  const folders = [process.env.ELECTRON_OVERRIDE_DIST_PATH, join(checkout, "node_modules", "electron", "dist")];
  return folders
    .filter((folder) => folder !== undefined)
    .map((folder) => join(folder, "electron"))
    .find((program) => existsSync(program));
}

/** Opens the lab and the window in it; both end together. */
async function open(args: StageArguments, sight: Exclude<Sight, { readonly by: "nothing" }>): Promise<void> {
  const narrator = new Narrator(process.stdout);
  const lab = await openWorld(args, narrator, displaySockets);
  await narrator.holds(() => showWindow(lab, sight, narrator));
  await closeWorld(lab, narrator);
}

function openWorld(args: StageArguments, narrator: Narrator, share?: string): Promise<Lab> {
  narrator.say(
    `An office whose firewall is “${args.office}”, a portal on the internet, two factories; 40 ms between office and internet.\n`,
  );
  return narrator.step(
    "The world opens",
    () =>
      openLab({
        office: args.office,
        stands: "product",
        visibility: "shared",
        ...(share === undefined ? {} : { share }),
      }),
    () => "portal, routers, proxies, PLCs and a laptop are up",
  );
}

function closeWorld(lab: Lab, narrator: Narrator): Promise<void> {
  return narrator.step(
    "The world closes",
    () => lab.close(),
    () => "its namespaces, processes and files are gone",
  );
}

/** Opens the lab, plays, closes it. Returns whether every step held. */
async function perform(args: StageArguments, sight: Sight | undefined): Promise<boolean> {
  const started = performance.now();
  const narrator = new Narrator(args.json ? process.stderr : process.stdout);
  const lab = await openWorld(args, narrator);
  const facts = await play(lab, args, narrator);
  await closeWorld(lab, narrator);
  const held = narrator.told.every((told) => told.held);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  narrator.say(`\n${verdict(held, facts)} ${seconds} s.`);
  if (sight?.by === "nothing") narrator.say(whereToLook(sight.why));
  if (args.json)
    process.stdout.write(`${JSON.stringify({ office: args.office, held, ...facts, steps: narrator.told })}\n`);
  return held;
}

/** A step that fails ends the way to the machine; leaving is tried all the same. */
async function play(lab: Lab, args: StageArguments, narrator: Narrator): Promise<Facts> {
  const cast = castOf(lab, args.office, narrator);
  if (await narrator.holds(() => reachMachine(cast))) {
    if (!args.once && !args.json && process.stdin.isTTY && process.stdout.isTTY) await tryByHand(lab, narrator);
  } else {
    await narrator.holds(() => askDoctor(cast));
  }
  await narrator.holds(() => leave(cast));
  return cast.facts;
}

/** The technician's shell, with the tunnel up. */
async function tryByHand(lab: Lab, narrator: Narrator): Promise<void> {
  const plc = lab.variable("MACHINE1_REMOTE_PLC");
  narrator.say(`
You are the technician on the laptop now; the tunnel is up. Try:
  anslut status
  mbpoll -m tcp -a 1 -t 4 -r 1 -1 ${plc}
  curl http://${lab.variable("MACHINE1_REMOTE_HMI")}/
  anslut connect ${lab.variable("MACHINE2_NAME")}
Leave with exit or Ctrl-D; then everything is undone.
`);
  await runHere(lab, { host: "laptop", user: "tech", argv: ["bash"], env: lab.description.variables });
}

function whereToLook(why: string): string {
  return `
${why} The window is in docs/pictures as it is in this lab, and opens here when you start this on a desktop, or with
  DISPLAY=:0 npm start
`;
}

function verdict(held: boolean, facts: Facts): string {
  if (held) return "The technician has reached the machine, and nothing is left.";
  return facts.ask ?? "Not everything held: see the lines marked ✗.";
}
