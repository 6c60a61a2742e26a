import type { Readable } from "node:stream";
import { systemClock } from "../app/dial/clock.ts";
import type { HelperProgram } from "../app/dial/helper-program.ts";
import { type Command, type EnrolCommand, parseArguments } from "./arguments.ts";
import { CredentialStore } from "./credentials/credentials.ts";
import { chooseDevices } from "./enrolment/device-choice.ts";
import { enrol, refuseSecondEnrolment } from "./enrolment/enrol.ts";
import { readToken } from "./enrolment/token.ts";
import { applyRules } from "./firewall/nft.ts";
import { removal } from "./firewall/template.ts";
import { defaultRouteDevice, standingNetworks } from "./interfaces.ts";
import { openPortal } from "./portal.ts";
import { printer } from "./printer.ts";
import { type ExitCode, exitCodes, RouterProblem } from "./problem.ts";
import { stateRecorder } from "./status/recorder.ts";
import { showStatus } from "./status/show.ts";
import { readState } from "./status/state-file.ts";
import type { Texts } from "./texts.ts";
import { keepConnected } from "./tunnel/run.ts";
import { standingRules } from "./tunnel/serve.ts";
import { becomeRouterUser, type Identity, requireRouterUser } from "./user.ts";

/** What the program gets from outside. */
export interface Surroundings {
  readonly texts: Texts;
  readonly directory: string;
  readonly program: HelperProgram;
  readonly identity: Identity;
  readonly input: Readable;
  readonly write: (line: string) => void;
  /** Aborts when the program shall end (SIGTERM, SIGINT). */
  readonly signal: AbortSignal;
}

/** Carries out one command line. Throws RouterProblem and CauseError. */
export async function execute(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const command: Command = parseArguments(words);
  switch (command.command) {
    case "help":
      surroundings.write(surroundings.texts.text("usage"));
      return exitCodes.done;
    case "enrol":
      return await enrolRouter(command, surroundings);
    case "run":
      return await run(command.json, surroundings);
    case "status": {
      const { directory, texts, write } = surroundings;
      const store = await CredentialStore.open(directory);
      const { exitCode, lines } = await showStatus(directory, store, texts, command.json ? "json" : "text");
      for (const line of lines) write(line);
      return exitCode;
    }
    case "firewall":
      return await firewall(command.remove, surroundings);
  }
}

async function enrolRouter(command: EnrolCommand, surroundings: Surroundings): Promise<ExitCode> {
  const { directory, texts, write, input, program, identity } = surroundings;
  const known = [...new Set(standingNetworks().map(({ device }) => device))];
  const { lan, wan, host, port, serial, fingerprint } = command;
  const devices = chooseDevices({ lan, wan, known, defaultRoute: await defaultRouteDevice() });
  await becomeRouterUser(identity, directory);
  if (!command.replace) await refuseSecondEnrolment(directory);
  const token = await readToken(input);
  await enrol({ address: { host, port }, fingerprint, serial, token, devices, program, directory });
  write(texts.text("enrolled", { portal: host, serial, ...devices }));
  return exitCodes.done;
}

async function run(json: boolean, surroundings: Surroundings): Promise<ExitCode> {
  const { directory, texts, write, program, identity, signal } = surroundings;
  await requireRouterUser(identity);
  await refuseSecondRun(directory);
  const store = await CredentialStore.open(directory);
  const { portal: address } = store.current;
  const print = printer({ texts, portal: address.host, json, clock: systemClock, write });
  const record = await stateRecorder(directory, store.current, systemClock);
  const portal = openPortal({
    address,
    program,
    trust: () => ({ authority: store.current.authority, pins: store.current.pins }),
    rememberedWay: () => store.current.way,
  });
  const alive = setInterval(() => undefined, 0x7fff_ffff); // the clock's timers do not keep a program alive
  try {
    await keepConnected(
      {
        store,
        portal,
        program,
        clock: systemClock,
        applyRules,
        standingNetworks,
        random: Math.random,
        tell: async (report) => {
          await print(report);
          await record(report);
        },
      },
      signal,
    );
    return exitCodes.done;
  } finally {
    clearInterval(alive);
    portal.close();
  }
}

/** Two programs would take each other's tunnel, and the first to end would take the other's firewall away. */
export async function refuseSecondRun(directory: string): Promise<void> {
  const running = await readState(directory);
  if (running !== null) throw new RouterProblem("alreadyRuns", { pid: String(running.pid) });
}

/** For the unit: the firewall stands before forwarding is switched on, and goes on standing when the program is stopped. */
async function firewall(remove: boolean, { directory, texts, write }: Surroundings): Promise<ExitCode> {
  if (remove) {
    await applyRules(removal);
    write(texts.text("firewall.removed"));
    return exitCodes.done;
  }
  const store = await CredentialStore.open(directory);
  await applyRules(standingRules(store));
  write(texts.text("firewall.set", { lan: store.current.lan, wan: store.current.wan }));
  return exitCodes.done;
}
