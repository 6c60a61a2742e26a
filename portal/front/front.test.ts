import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rmSync } from "node:fs";
import type { Socket } from "node:net";
import { connect, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newServerKey, parseServerKey, unwrapKey } from "../tls-crypt/key.ts";
import { readOpening } from "./first-packet.ts";
import { Front } from "./front.ts";
import { accountKey, firstPacket, Portal, ticketKey } from "./testing/stage.ts";

let portal: Portal;
let front: Front;
const callers: Socket[] = [];

function call(): Socket {
  const socket = connect({ port: front.ports[0] ?? 0, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => {});
  callers.push(socket);
  return socket;
}

/** Everything a caller gets until the connection is closed. */
async function heard(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
  return Buffer.concat(chunks).toString();
}

/** The next connection at the account's server, and the first bytes on it. */
async function arrival(): Promise<{ readonly server: Socket; readonly bytes: Buffer }> {
  const [server] = (await once(portal.account, "connection")) as [Socket];
  const [bytes] = (await once(server, "data")) as [Buffer];
  return { server, bytes };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(2);
}

beforeEach(async () => {
  portal = new Portal();
  portal.start();
  const { tunnelsSocket, webTlsSocket } = portal;
  front = new Front({ ports: [0], tunnelsSocket, webTlsSocket, sourceAddress: "127.0.0.1", log: () => {} });
  await front.listen();
});

afterEach(() => {
  for (const socket of callers.splice(0)) socket.destroy();
  front.close();
  portal.close();
});

describe("a tunnel", () => {
  it("reaches its account's server, re-wrapped under the account's key, and web knew the source port before", async () => {
    const caller = call();
    const packet = firstPacket("T1");
    caller.write(packet);
    const { server, bytes } = await arrival();
    const opening = readOpening(bytes);
    if (opening.kind !== "tunnel") throw new Error(`the server got ${opening.kind}`);
    const given = readOpening(packet);
    const before = given.kind === "tunnel" ? unwrapKey(parseServerKey(ticketKey), given.wrapped) : undefined;
    const after = unwrapKey(parseServerKey(accountKey), opening.wrapped);
    expect(after?.kc).toEqual(before?.kc);
    expect(after?.metadata).toHaveLength(0);
    await until(() => portal.of("opened").length > 0);
    expect(portal.of("opened")).toEqual([{ type: "opened", id: 1, sourcePort: server.remotePort }]);
    expect(portal.of("admit")).toMatchObject([
      { metadata: { account: "a", device: "tap", ticket: "T1" }, caller: "127.0.0.1", callerPort: caller.localPort },
    ]);

    server.write("answer");
    expect((await once(caller, "data")).toString()).toBe("answer");
    caller.write("question");
    expect((await once(server, "data")).toString()).toBe("question");
    caller.end();
    await once(server, "end");
    server.end();
    await until(() => portal.of("ended").length > 0);
    expect(portal.of("ended")).toEqual([{ type: "ended", id: 1, received: bytes.length + 8, sent: 6 }]);
  });

  it("is recognised in pieces of one byte", async () => {
    const caller = call();
    const arrived = arrival();
    for (const byte of firstPacket("T1")) {
      caller.write(Buffer.of(byte));
      await delay(0);
    }
    const { bytes } = await arrived;
    expect(readOpening(bytes).kind).toBe("tunnel");
  });

  it("comes through TLS with our protocol name, whoever signed the certificate", async () => {
    const raw = call();
    const caller = connectTls({ socket: raw, ALPNProtocols: ["anslut-vpn/1"], rejectUnauthorized: false });
    caller.write(firstPacket("T1"));
    const { server } = await arrival();
    expect(caller.alpnProtocol).toBe("anslut-vpn/1");
    server.write("answer");
    expect((await once(caller, "data")).toString()).toBe("answer");
    server.end();
    await once(raw, "close");
  });

  it("is closed without a byte when web refuses", async () => {
    portal.refuses = true;
    const caller = call();
    caller.write(firstPacket("T1"));
    expect(await heard(caller)).toBe("");
    expect(portal.arrivals).toHaveLength(0);
  });

  it.each([
    ["under a foreign key", () => firstPacket("T1", newServerKey())],
    ["of who does not own the key", () => firstPacket("T1", ticketKey, randomBytes(256))],
  ])("%s is closed, and web is not even asked", async (_who, packet) => {
    const caller = call();
    caller.write(packet());
    expect(await heard(caller)).toBe("");
    expect(portal.of("admit")).toHaveLength(0);
  });

  it("is cut when web says so", async () => {
    const caller = call();
    caller.write(firstPacket("T1"));
    const { server } = await arrival();
    portal.say({ type: "cut", ticket: "another" });
    portal.say({ type: "cut", ticket: "T1" });
    await Promise.all([once(caller, "close"), once(server, "close")]);
    await until(() => portal.of("ended").length > 0);
  });

  it("goes on while web is away, and a new one waits for web", async () => {
    const caller = call();
    caller.write(firstPacket("T1"));
    const { server } = await arrival();
    portal.stop();
    await delay(20);
    const second = call();
    const next = arrival();
    second.write(firstPacket("T2"));
    server.write("still here");
    expect((await once(caller, "data")).toString()).toBe("still here");
    rmSync(portal.tunnelsSocket, { force: true });
    portal.start();
    await next;
  });

  it("holds a fast sender back while the other side does not read", async () => {
    const caller = call();
    caller.pause();
    caller.write(firstPacket("T1"));
    const { server } = await arrival();
    const chunk = Buffer.alloc(1 << 20);
    for (let sent = 0; sent < 64; sent += 1) server.write(chunk);
    await delay(300);
    expect(server.writableLength).toBeGreaterThan(32 << 20);
    caller.resume();
    await once(server, "drain");
  });
});

describe("a port race", () => {
  it("carries the first, holds the others in silence and closes them once the first is established", async () => {
    const packet = firstPacket("T1");
    const first = call();
    first.write(packet);
    const { server } = await arrival();
    const second = call();
    second.write(packet);
    const silence = heard(second);
    server.write("answer");
    await once(first, "data");
    expect(second.closed).toBe(false);
    first.write("more");
    expect(await silence).toBe("");
    expect(portal.of("admit")).toHaveLength(1);
    expect(portal.arrivals).toHaveLength(1);
  });

  it("is over once the first is established: the same packet again, from whoever saw it go by, is closed at once", async () => {
    const packet = firstPacket("T1");
    const first = call();
    first.write(packet);
    const { server } = await arrival();
    server.write("answer");
    await once(first, "data");
    const more = once(server, "data");
    first.write("more");
    await more;
    const replay = call();
    replay.write(packet);
    expect(await heard(replay)).toBe("");
    expect(first.closed).toBe(false);
    expect(portal.arrivals).toHaveLength(1);
  });

  it("lets the next take the place of a first that hangs up unanswered", async () => {
    const packet = firstPacket("T1");
    const first = call();
    first.write(packet);
    const { bytes } = await arrival();
    const second = call();
    second.write(Buffer.concat([packet, Buffer.from("rest")]));
    await until(() => portal.messages.length > 0);
    await delay(50);
    const again = arrival();
    first.destroy();
    const { server, bytes: sent } = await again;
    expect(sent.subarray(0, bytes.length)).toEqual(bytes);
    await until(() => portal.of("opened").length === 2);
    expect(portal.messages.map((message) => message.type)).toEqual([
      "hello",
      "admit",
      "opened",
      "ended",
      "admit",
      "opened",
    ]);
    expect(portal.of("opened")[1]).toEqual({ type: "opened", id: 2, sourcePort: server.remotePort });
    expect(portal.of("admit")[1]).toMatchObject({ callerPort: second.localPort });
    server.write("answer");
    expect((await once(second, "data")).toString()).toBe("answer");
  });
});

describe("the portal's HTTPS", () => {
  it("goes to web behind a PROXY header, whole and in both directions", async () => {
    const web = createServer({ allowHalfOpen: true }).listen(portal.webTlsSocket);
    const caller = connectTls({ socket: call(), ALPNProtocols: ["http/1.1"], rejectUnauthorized: false });
    caller.on("error", () => {});
    const [arrived] = (await once(web, "connection")) as [Socket];
    const [bytes] = (await once(arrived, "data")) as [Buffer];
    expect(bytes.subarray(0, 12).toString("hex")).toBe("0d0a0d0a000d0a515549540a");
    expect(bytes.subarray(16, 20)).toEqual(Buffer.of(127, 0, 0, 1));
    expect(bytes.length).toBeGreaterThan(28);
    expect(bytes[28] ?? 0x16).toBe(0x16);
    arrived.destroy();
    await heard(caller);
    web.close();
  });

  it("waits for a web that is being restarted", async () => {
    const caller = connectTls({ socket: call(), rejectUnauthorized: false });
    caller.on("error", () => {});
    await delay(300);
    const web = createServer().listen(portal.webTlsSocket);
    const [arrived] = (await once(web, "connection")) as [Socket];
    arrived.destroy();
    web.close();
  });
});

describe("strangers", () => {
  it.each([
    ["HTTP", "GET / HTTP/1.1\r\n\r\n"],
    ["ones", "\xff\xff\xff"],
  ])("who speak %s are gone at once, without a byte", async (_what, bytes) => {
    const start = performance.now();
    const caller = call();
    caller.write(bytes, "latin1");
    expect(await heard(caller)).toBe("");
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it("who say nothing are gone after 3 s, those with half a packet after 5 s", async () => {
    const start = performance.now();
    const silent = call();
    const half = call();
    half.write(firstPacket("T1").subarray(0, 100));
    await heard(silent);
    const silence = performance.now() - start;
    await heard(half);
    const halfway = performance.now() - start;
    expect(silence).toBeGreaterThan(2500);
    expect(silence).toBeLessThan(4000);
    expect(halfway).toBeGreaterThan(4500);
    expect(halfway).toBeLessThan(6500);
  }, 10_000);

  it("keep nobody out, though 2,000 of them sit there in silence", async () => {
    const crowd = Array.from({ length: 2000 }, call);
    await Promise.all(crowd.map((socket) => (socket.connecting ? once(socket, "connect") : undefined)));
    const start = performance.now();
    const caller = call();
    caller.write(firstPacket("T1"));
    await arrival();
    expect(performance.now() - start).toBeLessThan(1000);
  }, 20_000);
});
