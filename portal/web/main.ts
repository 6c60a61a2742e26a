import { join } from "node:path";
import { parseArgs } from "node:util";
import { paths } from "../../contract/constants.ts";
import { createLog } from "./log.ts";
import { systemClock } from "./store/clock.ts";
import { closeStore, openStore } from "./store/store.ts";
import { pathsIn, startWeb } from "./web.ts";

// The unprivileged half of the portal, started by `anslut-portal serve`. --data and --run are for tests.
process.umask(0o077);
const { values } = parseArgs({
  options: {
    data: { type: "string", default: paths.portalData },
    run: { type: "string", default: "/run/anslut-portal" },
    "log-level": { type: "string", default: "info" },
  },
});
const log = createLog(values["log-level"]);
try {
  const store = await openStore(values.data, systemClock);
  const web = await startWeb(store, pathsIn(values.run, join(import.meta.dirname, "pages")), log);
  log.info("web is listening");
  const stop = async () => {
    await web.stop();
    await closeStore(store);
    process.exit(0);
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
} catch (error) {
  log.fatal({ err: error }, "web cannot start");
  process.exitCode = 1;
}
