import type { Lab } from "./lab.ts";
import type { LabProcess } from "./lab-process.ts";
import { type HostName, portalAddress } from "./topology.ts";

/** What a caller meets at an address and port. */
export type Reach = "answers" | "refused" | "prohibited" | "silent" | "cut";

/** Starts a server on a host that sends back whatever it gets. */
export async function startEcho(lab: Lab, host: HostName, port: number): Promise<LabProcess> {
  const server = lab.spawn(host, ["socat", "-d", "-d", `TCP4-LISTEN:${port},fork,reuseaddr`, "PIPE"]);
  await server.line(/listening on/);
  return server;
}

/** The beginning of a TLS ClientHello (RFC 8446, 5.1 and 4): as much as a box on the way looks at. */
export const tlsHello = Buffer.from("160301002f010000 2b".replaceAll(" ", ""), "hex");

/** Says something to an echo server and tells how that went. */
export async function reach(
  lab: Lab,
  host: HostName,
  port: number,
  input: Buffer = Buffer.from("hello"),
  address: string = portalAddress,
): Promise<Reach> {
  const to = `TCP4:${address}:${port},connect-timeout=1`;
  // -t: how long socat waits for the answer once it has said everything.
  const { code, stdout, stderr } = await lab.exec(host, ["socat", "-t5", "STDIO", to], { input });
  if (code === 0 && stdout === input.toString()) return "answers";
  if (stderr.includes("Connection refused")) return "refused";
  if (stderr.includes("No route to host")) return "prohibited";
  if (stderr.includes("timed out")) return "silent";
  return "cut";
}
