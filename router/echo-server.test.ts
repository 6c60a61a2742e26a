import { createSocket } from "node:dgram";
import { afterEach, describe, expect, test } from "vitest";
import { serveEcho, tokenBucket } from "./echo-server.ts";
import { HandClock } from "./testing/hand-clock.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

describe("the echo", () => {
  test("sends 16 bytes back unchanged, and nothing else", async () => {
    const port = await freePort();
    closers.push(await serveEcho({ address: "127.0.0.1", port, clock: new HandClock() }));
    const socket = createSocket("udp4");
    closers.push(() => socket.close());
    const first = new Promise<Buffer>((resolve) => socket.once("message", resolve));
    const nonce = Buffer.from("00112233445566778899aabbccddeeff", "hex");
    // Only the last can be answered; an answer to one before it would come first.
    for (const message of [Buffer.alloc(0), Buffer.alloc(15), Buffer.alloc(17), Buffer.alloc(1400), nonce]) {
      await new Promise<void>((resolve) => socket.send(message, port, "127.0.0.1", () => resolve()));
    }
    expect(await first).toEqual(nonce);
  });

  test("answers no flood: 500 at once, and as many again a second later", () => {
    const clock = new HandClock();
    const allow = tokenBucket(clock);
    const allowed = () => Array.from({ length: 600 }, allow).filter(Boolean).length;
    expect(allowed()).toBe(500);
    clock.pass(100);
    expect(allowed()).toBe(50);
    clock.pass(3_600_000);
    expect(allowed()).toBe(500);
  });

  test("does not start on an address that is not ours", async () => {
    await expect(serveEcho({ address: "203.0.113.1", port: 0, clock: new HandClock() })).rejects.toThrow(
      "EADDRNOTAVAIL",
    );
  });
});

async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  socket.close();
  return port;
}
