import type { Socket } from "node:dgram";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { echoNonceBytes } from "../../contract/constants.ts";
import { askEcho } from "./echo.ts";

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

/** Somebody at 127.0.0.1 who does `act` with each packet. */
async function peer(act: (packet: Buffer, reply: (packet: Buffer) => void, count: number) => void): Promise<number> {
  const socket = createSocket("udp4");
  sockets.push(socket);
  let count = 0;
  socket.on("message", (packet, from) =>
    act(packet, (answer) => socket.send(answer, from.port, from.address), ++count),
  );
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket.address().port;
}

const ask = (port: number, more: { timeoutMs?: number; from?: string; signal?: AbortSignal } = {}) =>
  askEcho({ address: "127.0.0.1", from: "127.0.0.1", timeoutMs: 2000, port, ...more });

describe("an echo", () => {
  test("is the time that the nonce took", async () => {
    const sizes: number[] = [];
    const port = await peer((packet, reply) => {
      sizes.push(packet.length);
      reply(packet);
    });
    expect(await ask(port)).toBeLessThan(100);
    expect(sizes).toEqual([echoNonceBytes]);
  });

  test("survives packets that are lost", async () => {
    const port = await peer((packet, reply, count) => {
      if (count === 3) reply(packet);
    });
    expect(await ask(port)).toBeLessThan(200);
  });

  test("is not what somebody else makes up", async () => {
    const port = await peer((_packet, reply) => reply(Buffer.alloc(echoNonceBytes, 7)));
    expect(await ask(port, { timeoutMs: 150 })).toBeUndefined();
  });

  test("that never comes is undefined", async () => {
    expect(await ask(await peer(() => undefined), { timeoutMs: 120 })).toBeUndefined();
  });

  test("from an address that is not ours never comes", async () => {
    expect(await ask(9, { from: "192.0.2.1" })).toBeUndefined();
  });

  test("can be cancelled", async () => {
    const controller = new AbortController();
    const port = await peer(() => controller.abort());
    await expect(ask(port, { signal: controller.signal })).rejects.toMatchObject({ cause: "cancelled" });
  });
});
