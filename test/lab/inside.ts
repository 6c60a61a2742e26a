// The lab's own program, inside its namespaces; `open.ts` starts it. Its one argument is an InsideOptions as JSON. It
// says one line of JSON on stdout, {"ready":true} or {"failed":"why"}, and ends when its stdin does.

import { dirname, join } from "node:path";
import { serveControl } from "./control-server.ts";
import { drawCredentials } from "./credentials.ts";
import { desktopOf, openDesktopSession } from "./desktop-session.ts";
import { openHelpers, openRouters } from "./devices.ts";
import type { InsideOptions } from "./inside-options.ts";
import { openPortal, type PortalFacts } from "./portal.ts";
import { run } from "./run.ts";
import type { LineName } from "./topology.ts";
import { variablesOf } from "./variables.ts";
import { World } from "./world.ts";

process.stdin.on("end", () => process.exit(0)).resume();

try {
  await openInside(JSON.parse(process.argv[2] ?? "{}") as InsideOptions);
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ failed: error instanceof Error ? error.message : String(error) })}\n`);
  process.exit(1);
}

/** Portal, laptops and routers, as they stand after an installation. */
async function openProduct(world: World): Promise<PortalFacts> {
  const [facts] = await Promise.all([
    openPortal(world),
    openHelpers(world),
    openDesktopSession(world, world.credentials.keyring),
  ]);
  await openRouters(world, facts);
  return facts;
}

async function openInside(options: InsideOptions): Promise<void> {
  const { checkout, wire, share, scripts } = options;
  const node = dirname(process.execPath);
  await run("sh", [join(import.meta.dirname, "ground.sh"), checkout, node, wire, share, scripts]);
  const setting = (line: LineName) => ({ roundTripMs: options.roundTripMs[line], kbit: 0, cut: false });
  const lines = { office: setting("office"), factory1: setting("factory1"), factory2: setting("factory2") };
  const credentials = drawCredentials();
  const world = await World.build(
    { office: options.office, proxy: options.proxy, wire: "/run/anslut-lab/opt/lab/wire", lines },
    credentials,
  );
  const facts = options.stands === "product" ? await openProduct(world) : undefined;
  await serveControl({
    world,
    describe: () => ({
      office: world.firewall,
      roundTripMs: options.roundTripMs.office,
      variables: variablesOf(credentials, world.firewall, facts),
    }),
    desktopOf: facts === undefined ? () => ({}) : desktopOf,
    close: () => process.exit(0),
  });
}
