// front by itself: between a web that admits everybody and a server that listens. Prints its port; on a line of stdin its memory.

import { createInterface } from "node:readline";
import { Front } from "../../../portal/front/front.ts";

const [tunnelsSocket = "", webTlsSocket = ""] = process.argv.slice(2);
const front = new Front({ ports: [0], tunnelsSocket, webTlsSocket, sourceAddress: "127.0.0.1", log: () => {} });
await front.listen();
process.stdout.write(`${front.ports[0]}\n`);
for await (const _ of createInterface(process.stdin)) {
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${JSON.stringify({ rssBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1000 })}\n`);
}
front.close();
process.exit(0);
