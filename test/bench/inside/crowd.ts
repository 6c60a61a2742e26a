// 250 people at once, seen from a host beside the portal: sign-ins, event streams, tunnels by stock openvpn, lists.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import { decodeTicket } from "../../../contract/ticket.ts";
import { serve } from "./lines.ts";
import { PortalCaller } from "./portal-caller.ts";

interface User {
  readonly account: string;
  readonly user: string;
  readonly password: string;
}

const patienceMs = 60_000;
const people: { readonly who: User; readonly caller: PortalCaller }[] = [];
const children: ChildProcess[] = [];
let url = "";
let alive = 0;

await serve(async (command) => {
  switch (command.do) {
    case "signIn":
      url = String(command.url);
      for (const who of command.users as User[]) {
        const caller = new PortalCaller(url);
        await caller.signIn({ ...who, code: "" });
        people.push({ who, caller });
      }
      return null;
    case "listen":
      return await listen(Number(command.count));
    case "dial":
      return await dialAll(Number(command.count), Number(command.withinMs));
    case "time":
      return await time(String(command.path), Number(command.runs));
    case "logins":
      return await logins(Number(command.forMs), Number(command.atOnce));
    case "alive":
      return alive;
    default:
      throw new Error(`no such command: ${command.do}`);
  }
});

function personAt(index: number): (typeof people)[number] {
  const person = people[index % people.length];
  if (person === undefined) throw new Error("sign in first");
  return person;
}

async function listen(count: number): Promise<number> {
  for (let index = 0; index < count; index++) await openStream(personAt(index).caller.token);
  return alive;
}

async function openStream(token: string): Promise<void> {
  const headers = { accept: "text/event-stream", authorization: `Bearer ${token}` };
  const agent = new Agent({ rejectUnauthorized: false });
  await new Promise<void>((resolve, reject) => {
    const stream = request(`${url}/api/v1/events`, { headers, agent }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`events: ${response.statusCode}`));
      alive++;
      response.resume().on("close", () => alive--);
      response.on("error", () => {});
      resolve();
    });
    stream.on("error", reject);
    stream.end();
  });
}

/** Resolves to how long each took from the wish to the finished tunnel, or why it did not come about. */
async function dialAll(
  count: number,
  withinMs: number,
): Promise<{ readonly elapsedMs: number[]; readonly failed: string[] }> {
  mkdirSync("/tmp/crowd", { recursive: true });
  const elapsedMs: number[] = [];
  const failed: string[] = [];
  const dials: Promise<void>[] = [];
  for (let index = 0; index < count; index++) {
    dials.push(
      dial(index).then(
        (ms) => void elapsedMs.push(ms),
        (error: unknown) => void failed.push(String(error)),
      ),
    );
    await pause(withinMs / count);
  }
  await Promise.all(dials);
  return { elapsedMs, failed };
}

async function dial(index: number): Promise<number> {
  const fromMs = performance.now();
  const drawn = await personAt(index).caller.call("POST", "/tickets", {
    device: "tap",
    laptop: `c${index}`,
    replaces: null,
  });
  const ticket = decodeTicket(drawn);
  const { username, password } = ticket.credentials;
  const file = `/tmp/crowd/${index}`;
  writeFileSync(`${file}.password`, `${username}\n${password}\n`, { mode: 0o600 });
  writeFileSync(
    file,
    `client
dev crowd${index}
dev-type tap
lladdr ${ticket.mac}
proto tcp-client
remote ${ticket.endpoints[0]?.host} 1194
nobind
tcp-nodelay
remote-cert-tls server
verify-x509-name ${ticket.server.name} name
data-ciphers AES-256-GCM
connect-retry-max 1
auth-user-pass ${file}.password
auth-retry none
verb 3
<ca>
${ticket.server.authority}</ca>
<tls-crypt-v2>
${ticket.server.clientKey}</tls-crypt-v2>
`,
  );
  const child = spawn("openvpn", ["--config", file], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  await new Promise<void>((resolve, reject) => {
    let said = "";
    const timer = setTimeout(() => reject(new Error(`c${index}: not within ${patienceMs} ms`)), patienceMs);
    child.once("exit", () => reject(new Error(`c${index}: ${said.slice(-300)}`)));
    child.stdout.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000);
      if (!said.includes("Initialization Sequence Completed")) return;
      clearTimeout(timer);
      resolve();
    });
  });
  return performance.now() - fromMs;
}

/** How long each of some equal questions took, one after the other, over a kept connection. */
async function time(path: string, runs: number): Promise<number[]> {
  const { caller } = personAt(0);
  const elapsedMs: number[] = [];
  for (let run = 0; run < runs; run++) {
    const fromMs = performance.now();
    await caller.call("GET", path);
    elapsedMs.push(performance.now() - fromMs);
  }
  return elapsedMs;
}

/** Sign-ins a second, with so many people at the door at once. */
async function logins(forMs: number, atOnce: number): Promise<number> {
  const fromMs = performance.now();
  let count = 0;
  const queue = Array.from({ length: atOnce }, async (_, index) => {
    while (performance.now() - fromMs < forMs) {
      await new PortalCaller(url).signIn({ ...personAt(index).who, code: "" });
      count++;
    }
  });
  await Promise.all(queue);
  return (count * 1000) / (performance.now() - fromMs);
}
