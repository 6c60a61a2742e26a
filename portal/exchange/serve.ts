import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { paths } from "../../contract/constants.ts";
import { Exchange } from "./exchange.ts";
import { removeLeftovers } from "./namespace.ts";
import { programs, run } from "./programs.ts";
import type { Owner } from "./web-socket.ts";
import { WebSocketServer } from "./web-socket.ts";

const webUser = "anslut-web";
const portalDirectory = dirname(dirname(paths.exchangeSocket));
const runDirectory = `${portalDirectory}/exchange`;

/** Removes what a dead exchange left, then serves web until SIGTERM, then removes everything. */
export async function serve(): Promise<void> {
  process.umask(0o077);
  const removed = await removeLeftovers();
  if (removed.length > 0) log(`removed what was left of ${removed.join(", ")}`);
  rmSync(runDirectory, { recursive: true, force: true });
  makeDirectory(portalDirectory, 0o755);
  makeDirectory(runDirectory, 0o711);

  const web: WebSocketServer = new WebSocketServer(
    { welcome: () => exchange.welcome(), request: (request) => void exchange.serve(request) },
    log,
  );
  const exchange = new Exchange(runDirectory, web);

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, async () => {
      web.close();
      await exchange.close();
      process.exit(0);
    });
  }
  await web.listen(paths.exchangeSocket, await ownerNamed(webUser));
  log(`listening on ${paths.exchangeSocket}`);
}

function log(text: string): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), text })}\n`);
}

function makeDirectory(path: string, mode: number): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
}

async function ownerNamed(user: string): Promise<Owner> {
  const [uid, gid] = await Promise.all([run(programs.id, ["-u", user]), run(programs.id, ["-g", user])]);
  return { uid: Number(uid), gid: Number(gid) };
}
