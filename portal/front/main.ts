import { frontPorts, paths } from "../../contract/constants.ts";
import { Front } from "./front.ts";

/** `anslut-portal serve` starts this as `anslut-front` with CAP_NET_BIND_SERVICE and nothing else. */
const log = (text: string) => process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), text })}\n`);

const front = new Front({
  ports: frontPorts,
  webTlsSocket: paths.webTlsSocket,
  tunnelsSocket: paths.tunnelsSocket,
  sourceAddress: "169.254.64.1",
  log,
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    front.close();
    process.exit(0);
  });
}

await front.listen();
log(`listening on ${frontPorts.join(", ")}`);
