// A DHCP server that never gives what was asked for: to every question hundreds of refusals, other addresses, and noise.
//   dhcp-storm.ts <address of ours>

import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";

const [own = ""] = process.argv.slice(2);
const rounds = 200;
const fixedBytes = 236;
const cookie = Buffer.of(99, 130, 83, 99);
const offer = 2;
const acknowledge = 5;
const refuse = 6;

const socket = createSocket("udp4");
socket.on("message", (question) => {
  if (question.length < fixedBytes || question[0] !== 1) return;
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of [refuse, offer, acknowledge])
      send(answer(question, kind, kind === refuse ? "0.0.0.0" : "10.99.9.9"));
    send(answer(question, refuse, "0.0.0.0").subarray(0, 240 + (round % 9)));
    send(randomBytes(300));
  }
});
socket.bind(67, "0.0.0.0", () => {
  socket.setBroadcast(true);
  process.stdout.write("ready\n");
});

function send(packet: Buffer): void {
  socket.send(packet, 68, "255.255.255.255");
}

/** A reply to that question, of that type, with that address and an hour's lease. */
function answer(question: Buffer, kind: number, address: string): Buffer {
  const packet = Buffer.alloc(fixedBytes);
  question.copy(packet, 0, 0, fixedBytes);
  packet[0] = 2;
  Buffer.from(address.split(".").map(Number)).copy(packet, 16);
  const server = Buffer.from(own.split(".").map(Number));
  const options = [
    Buffer.of(53, 1, kind),
    Buffer.of(54, 4),
    server,
    Buffer.of(51, 4, 0, 0, 14, 16),
    Buffer.of(1, 4, 255, 0, 0, 0),
  ];
  return Buffer.concat([packet, cookie, ...options, Buffer.of(255)]);
}
