// What a technician types who has no Anslut: openvpn, a DHCP client, ip route, ping. Runs as root on the second laptop.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { askEcho } from "../../../app/dial/echo.ts";
import type { Ticket } from "../../../contract/ticket.ts";
import { decodeTicket } from "../../../contract/ticket.ts";
import { nowMs, serve } from "./lines.ts";
import { PortalCaller } from "./portal-caller.ts";

/** Milliseconds since openvpn was typed. */
export interface StockDial {
  readonly connectedMs: number;
  readonly leasedMs: number;
  readonly routedMs: number;
  readonly echoedMs: number;
}

const directory = "/tmp/stock";
const leaseScript = `#!/bin/sh
case $1 in
  bound) ip address replace "$ip/32" dev "$interface" && ip route replace "$serverid" dev "$interface" src "$ip" ;;
esac
`;

let portal: PortalCaller | undefined;
let running: ReturnType<typeof spawn> | undefined;

await serve(async (command) => {
  switch (command.do) {
    case "signIn":
      portal = new PortalCaller(String(command.url));
      return await portal.signIn(command.who as Parameters<PortalCaller["signIn"]>[0]);
    case "dial":
      return await dial(await ticket(), Number(command.port ?? 1194));
    case "hangUp":
      return await hangUp();
    default:
      throw new Error(`no such command: ${command.do}`);
  }
});

/** Not part of the time: a configuration lies ready on a well-kept server. */
async function ticket(): Promise<Ticket> {
  if (portal === undefined) throw new Error("sign in first");
  return decodeTicket(await portal.call("POST", "/tickets", { device: "tap", laptop: "stock", replaces: null }));
}

async function dial(drawn: Ticket, port: number): Promise<StockDial> {
  const [slice] = drawn.slices;
  const host = drawn.endpoints[0]?.host ?? "";
  if (slice === undefined) throw new Error("a ticket without a slice");
  await done("mkdir", ["-p", directory]);
  writeFileSync(`${directory}/password`, `${drawn.credentials.username}\n${drawn.credentials.password}\n`, {
    mode: 0o600,
  });
  writeFileSync(`${directory}/client.conf`, configuration(drawn, host, port), { mode: 0o600 });
  writeFileSync(`${directory}/up`, '#!/bin/sh\nip link set "$dev" up\n', { mode: 0o755 });
  writeFileSync(`${directory}/lease`, leaseScript, { mode: 0o755 });
  const startedMs = nowMs();
  const since = (): number => nowMs() - startedMs;
  const child = spawn("openvpn", ["--config", `${directory}/client.conf`], { stdio: ["ignore", "pipe", "inherit"] });
  running = child;
  await said(child.stdout, "Initialization Sequence Completed");
  const connectedMs = since();
  await done("udhcpc", ["-i", "stock0", "-n", "-q", "-f", "-s", `${directory}/lease`]);
  const leasedMs = since();
  await done("ip", ["route", "replace", slice.network, "via", slice.gateway, "dev", "stock0"]);
  const routedMs = since();
  // ping would be one more process: the echo is asked from here.
  const answered = await askEcho({ address: slice.gateway, from: slice.address, timeoutMs: 5000 });
  if (answered === undefined) throw new Error("no echo");
  return { connectedMs, leasedMs, routedMs, echoedMs: since() };
}

async function hangUp(): Promise<void> {
  const child = running;
  running = undefined;
  if (child === undefined || child.exitCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

function configuration({ server, mac }: Ticket, host: string, port: number): string {
  return `client
dev stock0
dev-type tap
lladdr ${mac}
proto tcp-client
remote ${host} ${port}
nobind
tcp-nodelay
remote-cert-tls server
verify-x509-name ${server.name} name
data-ciphers AES-256-GCM
auth-user-pass ${directory}/password
<ca>
${server.authority}</ca>
<tls-crypt-v2>
${server.clientKey}</tls-crypt-v2>
up ${directory}/up
script-security 2
verb 3
`;
}

async function said(stream: NodeJS.ReadableStream, words: string): Promise<void> {
  const lines: string[] = [];
  const reader = createInterface(stream);
  for await (const line of reader) {
    lines.push(line);
    if (line.includes(words)) {
      stream.resume(); // a full pipe would stop it
      return;
    }
  }
  throw new Error(`openvpn ended: ${lines.slice(-5).join(" | ")}`);
}

async function done(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let words = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (words += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${words.trim()}`);
}
