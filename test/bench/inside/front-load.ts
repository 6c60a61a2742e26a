// Plays web, an account's server and 1,000 clients for a front that runs by itself, and prints what that cost.

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createCipheriv, createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo, Socket } from "node:net";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { encodeFrame, FrameReader } from "../../../contract/frame.ts";
import { decodeFrontMessage } from "../../../contract/front.ts";
import { mintClientKey, newServerKey, parseClientKey, parseServerKey } from "../../../portal/tls-crypt/key.ts";
import { encodeMetadata } from "../../../portal/tls-crypt/metadata.ts";

export interface FrontLoad {
  readonly connections: number;
  readonly bytesEach: number;
  readonly perSecond: number;
  readonly cpuMsEach: number;
}

interface Weight {
  readonly rssBytes: number;
  readonly cpuMs: number;
}

const connections = 1000;
const atOnce = 50;
const ticketKey = newServerKey();
const accountKey = newServerKey();
const directory = mkdtempSync("/tmp/bench-front-");
const tunnelsSocket = `${directory}/tunnels.sock`;

const server = createServer({ noDelay: true }, (socket) => {
  socket.on("error", () => {});
  socket.once("data", () => socket.write(Buffer.of(0, 1, 0))); // the server's first answer
});
await once(server.listen(0, "127.0.0.1"), "listening");
const { port: serverPort } = server.address() as AddressInfo;
await once(createServer(admitEverybody).listen(tunnelsSocket), "listening");

const front = spawn(
  process.execPath,
  ["--expose-gc", `${import.meta.dirname}/front-alone.ts`, tunnelsSocket, `${directory}/none`],
  { stdio: ["pipe", "pipe", "inherit"] },
);
const said = createInterface(front.stdout)[Symbol.asyncIterator]();
const port = Number((await said.next()).value);
const sockets: Socket[] = [];
await open(20); // its code is warm, as in a front that runs
const before = await weigh(front);
const packets = Array.from({ length: connections }, (_, index) => firstPacket(`t${index}`));
const fromMs = performance.now();
for (let at = 0; at < connections; at += atOnce) {
  await Promise.all(packets.slice(at, at + atOnce).map((packet) => dial(packet)));
}
const elapsedMs = performance.now() - fromMs;
const after = await weigh(front);
const load: FrontLoad = {
  connections,
  bytesEach: (after.rssBytes - before.rssBytes) / connections,
  perSecond: (connections * 1000) / elapsedMs,
  cpuMsEach: (after.cpuMs - before.cpuMs) / connections,
};
process.stdout.write(`${JSON.stringify(load)}\n`);
front.kill();
rmSync(directory, { recursive: true });
process.exit(0);

async function open(count: number): Promise<void> {
  for (let index = 0; index < count; index++) await dial(firstPacket(`warm${index}`));
}

/** Resolves when the server has answered through front. */
async function dial(packet: Buffer): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  sockets.push(socket);
  socket.write(packet);
  await once(socket, "data");
}

async function weigh(child: ChildProcessByStdio<Writable, Readable, null>): Promise<Weight> {
  child.stdin.write("\n");
  return JSON.parse(String((await said.next()).value)) as Weight;
}

function admitEverybody(socket: Socket): void {
  const reader = new FrameReader();
  const say = (message: object) => socket.write(encodeFrame(message));
  socket.on("data", (chunk) => {
    for (const value of reader.push(chunk)) {
      const message = decodeFrontMessage(value);
      if (message.type === "hello") say({ type: "keys", ticketKey });
      if (message.type === "admit") {
        say({ type: "admitted", id: message.id, address: "127.0.0.1", port: serverPort, accountKey });
      }
    }
  });
}

/** A client's first packet, as OpenVPN would make it of a ticket (OPENVPN-FACTS, 1). */
function firstPacket(ticket: string): Buffer {
  const metadata = encodeMetadata({ account: "a", device: "tap", ticket });
  const { kc, wrapped } = parseClientKey(mintClientKey(parseServerKey(ticketKey), metadata));
  const secret = Buffer.from(kc);
  const head = Buffer.concat([Buffer.of(0, 0, 0x50), randomBytes(8), Buffer.of(15, 0, 0, 1), randomBytes(4)]);
  head.writeUInt16BE(54 + wrapped.length, 0);
  const tag = createHmac("sha256", secret.subarray(192, 224)).update(head.subarray(2)).update(Buffer.alloc(5)).digest();
  const cipher = createCipheriv("aes-256-ctr", secret.subarray(128, 160), tag.subarray(0, 16));
  return Buffer.concat([head, tag, cipher.update(Buffer.alloc(5)), wrapped]);
}
