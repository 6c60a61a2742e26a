// npm start: a technician in an office reaches a PLC in a factory, and everything is gone afterwards.

import type { Lab } from "../lab/lab.ts";
import { openLab } from "../lab/open.ts";
import { runHere } from "../lab/terminal.ts";
import { readArguments, type StageArguments, usage } from "./arguments.ts";
import { Narrator } from "./narrator.ts";
import { askDoctor, castOf, type Facts, leave, reachMachine } from "./play.ts";

try {
  const args = readArguments(process.argv.slice(2));
  if (args.help) process.stdout.write(usage);
  else process.exitCode = (await perform(args)) ? 0 : 1;
  process.stdin.destroy();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** Opens the lab, plays, closes it. Returns whether every step held. */
async function perform(args: StageArguments): Promise<boolean> {
  const started = performance.now();
  const narrator = new Narrator(args.json ? process.stderr : process.stdout);
  narrator.say(
    `An office whose firewall is “${args.office}”, a portal on the internet, two factories; 40 ms between office and internet.\n`,
  );
  const lab = await narrator.step(
    "The world opens",
    () => openLab({ office: args.office, stands: "product", visibility: "shared" }),
    () => "portal, routers, proxies, PLCs and a laptop are up",
  );
  const facts = await play(lab, args, narrator);
  await narrator.step(
    "The world closes",
    () => lab.close(),
    () => "its namespaces, processes and files are gone",
  );
  const held = narrator.told.every((told) => told.held);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  narrator.say(`\n${verdict(held, facts)} ${seconds} s.`);
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

function verdict(held: boolean, facts: Facts): string {
  if (held) return "The technician has reached the machine, and nothing is left.";
  return facts.ask ?? "Not everything held: see the lines marked ✗.";
}
