// Starts the helper on a host that has none, and prints how many milliseconds later it has answered.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { paths } from "../../../contract/constants.ts";
import { encodeFrame } from "../../../contract/frame.ts";
import { helperProtocol } from "../../../contract/helper.ts";

const startedMs = performance.now();
// With no_new_privs set, as its unit does; without it the helper sets it and begins anew.
const child = spawn("setpriv", ["--no-new-privs", "/opt/anslut/anslut-helper", "serve"], { stdio: "ignore" });
await answered();
process.stdout.write(`${performance.now() - startedMs}\n`);
child.kill("SIGTERM");
await once(child, "exit");

async function answered(): Promise<void> {
  for (;;) {
    const socket = connect(paths.helperSocket);
    const connected = await Promise.race([
      once(socket, "connect").then(() => true),
      once(socket, "close").then(() => false),
    ]).catch(() => false);
    if (connected) {
      socket.write(encodeFrame({ type: "hello", protocol: helperProtocol, client: "bench" }));
      await once(socket, "data");
      socket.destroy();
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
