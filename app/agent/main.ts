import type { Socket } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { failureOf } from "../../contract/causes.ts";
import { systemClock } from "../dial/clock.ts";
import { installedHelper } from "../dial/helper-program.ts";
import type { Agent } from "./agent.ts";
import { makeAgent } from "./agent.ts";
import { openLog } from "./doctor/log.ts";
import { Faces } from "./faces/faces.ts";
import { agentPaths } from "./files/paths.ts";
import { privateDir, readOrMakeKey } from "./files/private-dir.ts";
import { Idle } from "./idle.ts";
import { becomeInstance } from "./instance.ts";
import { systemKeyring } from "./session/secrets.ts";
import { version } from "./version.ts";

// One agent per user, started by whichever face comes first. It says `ready` on stdout once it listens, or `running` when
// another one does already.

// Not honoured (SECURITY, Agent); our contexts name their authorities, this makes sure for libraries.
for (const name of ["NODE_TLS_REJECT_UNAUTHORIZED", "NODE_EXTRA_CA_CERTS", "NODE_OPTIONS"]) delete process.env[name];
process.umask(0o077);

try {
  await main();
} catch (error) {
  process.stderr.write(`${failureOf(error).cause}: ${failureOf(error).detail}\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const environment = { ...process.env };
  const paths = agentPaths(environment);
  await privateDir(paths.stateDir);
  await privateDir(paths.runDir);
  const key = await readOrMakeKey(join(paths.runDir, "agent.key"));
  let faces: Faces | undefined;
  let made: Agent | undefined;
  const early: Socket[] = [];
  let ending = false;
  const instance = await becomeInstance(paths.runDir, (socket) => {
    // Whoever comes while it ends waits without a word until it is gone, and then starts the next one.
    if (ending) return;
    if (faces) faces.accept(socket);
    else early.push(socket);
  });
  if (instance === undefined) {
    process.stdout.write("running\n");
    return;
  }
  const log = openLog(join(paths.stateDir, "agent.log"));
  const { logger } = log;

  const end = async (how: "undo" | "leave", code: number): Promise<void> => {
    if (ending) return;
    ending = true;
    logger.info({ how, code }, "agent ends");
    setTimeout(() => process.exit(code), 25_000).unref();
    if (how === "undo") await made?.rest();
    await made?.close();
    faces?.close();
    await instance.close();
    log.close();
    process.exit(code);
  };
  // What nobody caught leaves an unknown state: a fresh agent takes the tunnel back from the helper.
  const fatal = (error: unknown): void => {
    logger.fatal({ err: error }, "not caught");
    void end("leave", 1);
  };
  process.on("uncaughtException", fatal);
  process.on("unhandledRejection", fatal);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void end("undo", 0));
  process.on("SIGHUP", () => undefined); // the terminal it was started from is closed
  process.stdout.on("error", () => undefined);

  const agent = await makeAgent({
    paths,
    program: installedHelper,
    environment,
    laptop: hostname().slice(0, 100),
    secrets: systemKeyring,
    log,
    clock: systemClock,
    random: Math.random,
    quit: () => setImmediate(() => void end("undo", 0)),
  });

  made = agent;

  const idle = new Idle(agent.store, systemClock, () => void end("undo", 0));
  faces = new Faces({
    key,
    version,
    store: agent.store,
    answer: (request, context) => agent.requests.answer(request, context),
    onFault: (error) => logger.error({ err: error }, "request failed"),
    onCount: (count) => {
      idle.faces(count);
      void agent.readPolicy(); // a face that comes shall show what holds now
    },
  });
  await agent.start();
  for (const socket of early) faces.accept(socket);
  logger.info({ version, node: process.version }, "agent listens");
  process.stdout.write("ready\n");
}
