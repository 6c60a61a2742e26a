import { createHash } from "node:crypto";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { issue } from "../../dial/testing/certificates.ts";
import { portalHost, refuse } from "../testing/fake-portal.ts";
import { AgentSocket } from "../testing/socket.ts";
import { World } from "../testing/world.ts";

// Each stream is a process, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let world: World;
let socket: AgentSocket;
const streams: Duplex[] = [];
beforeEach(async () => {
  world = await World.begin();
  socket = await AgentSocket.open(world);
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.destroy();
  await socket[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

async function open(): Promise<Duplex> {
  const stream = await (await socket.face()).portalStream();
  streams.push(stream);
  return stream;
}

const request = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: ${portalHost}\r\n${more}\r\n`;
const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const large = Buffer.alloc(12_000_000, "0123456789abcdef-");

describe("a stream to the portal", () => {
  beforeEach(() => world.signIn());

  test("carries a page's HTTP, with nothing of the agent's in it", async () => {
    let heard = {};
    world.portal.page = (incoming, response) => {
      heard = { url: incoming.url, headers: incoming.headers };
      response.end("the portal's page");
    };
    const stream = await open();
    stream.end(request("/machines", "Connection: close\r\n"));
    expect(await text(stream)).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*the portal's page/);
    expect(heard).toEqual({ url: "/machines", headers: { host: portalHost, connection: "close" } });
  });

  test("goes the agent's way: by the relay, behind the pin", async () => {
    const before = world.races.length;
    await open();
    expect(world.races.length).toBeGreaterThan(before);
    world.portal.certificate = issue({ name: portalHost, issuer: world.portal.authority, hosts: [portalHost] });
    await world.renewPortal();
    await expect(open()).rejects.toMatchObject({ cause: "certificateChanged" });
  });

  test("lets the face end what it says and hear the answer, both large", async () => {
    world.portal.page = async (incoming, response) => {
      const body = await buffer(incoming);
      response.setHeader("x-hash", hash(body)).end(large);
    };
    const stream = await open();
    const head = `POST /upload HTTP/1.1\r\nHost: ${portalHost}\r\nConnection: close\r\nContent-Length: ${large.length}\r\n\r\n`;
    stream.write(head);
    stream.end(large);
    const answer = await buffer(stream);
    const end = answer.indexOf("\r\n\r\n");
    expect(answer.subarray(0, end).toString()).toContain(`x-hash: ${hash(large)}`);
    expect(hash(answer.subarray(end + 4))).toBe(hash(large));
  });

  test("takes no more from the portal than the face reads", async () => {
    let written = 0;
    const held = Promise.withResolvers<void>();
    world.portal.page = (_, response) => {
      response.writeHead(200);
      const pour = (): void => {
        while (written < 200_000_000) {
          written += 65_536;
          if (!response.write(large.subarray(0, 65_536))) {
            held.resolve();
            response.once("drain", pour);
            return;
          }
        }
      };
      pour();
    };
    const stream = await open();
    stream.write(request("/"));
    await held.promise;
    // Buffers on the way fill up and then nothing moves: two looks in a row see the same.
    let before = -1;
    while (before !== written) {
      before = written;
      for (let turn = 0; turn < 2000; turn++) await new Promise(setImmediate);
    }
    expect(written).toBeLessThan(50_000_000);
    stream.destroy();
  });

  test("ends where the portal ends it, and with the face", async () => {
    const seen = Promise.withResolvers<void>();
    world.portal.page = (incoming, response) => {
      if (incoming.url === "/cut") response.destroy();
      else {
        response.on("close", () => seen.resolve());
        response.writeHead(200).write("x");
      }
    };
    const cut = await open();
    cut.write(request("/cut"));
    cut.resume();
    await once(cut, "end");
    const left = await open();
    left.write(request("/stays"));
    await once(left, "readable");
    left.destroy();
    await seen.promise;
  });

  test("ends with the session", async () => {
    const stream = await open();
    stream.resume();
    const ended = once(stream, "end");
    await world.ask({ type: "logout" });
    await ended;
  });

  test("ends when the network does, as every connection that was made in it", async () => {
    const stream = await open();
    stream.resume();
    const ended = once(stream, "end");
    world.agent.store.dispatch({ type: "networkFound" });
    await ended;
  });

  test("is one of sixteen at most, and one that ended makes room", async () => {
    const first = await open();
    for (let count = 1; count < 16; count++) await open();
    await expect(open()).rejects.toMatchObject({ cause: "badRequest" });
    first.resume().end();
    await once(first, "close");
    await open();
  });

  test("leaves other faces alone, and the agent unharmed", async () => {
    const other = await socket.face("cli");
    const stream = await open();
    stream.write("this is no HTTP\r\n\r\n");
    stream.resume();
    await once(stream, "end");
    expect(await other.request({ type: "portals" })).toMatchObject({ type: "portals" });
    expect(socket.faults).toEqual([]);
    other.close();
  });
});

test("without a session there is no stream", async () => {
  await expect(open()).rejects.toMatchObject({ cause: "signedOut" });
});

describe("a hand-over", () => {
  test("is a code of the portal's for the page at its own address", async () => {
    await world.signIn();
    expect(await world.ask({ type: "handOver" })).toEqual({
      type: "handOver",
      address: `https://${portalHost}`,
      code: "hand-over-code",
    });
    expect(await world.portal.called("POST", "/hand-overs")).toMatchObject({ bearer: "session-token", body: {} });
  });

  test("is made in a new session where the portal has forgotten the old one", async () => {
    world.portal.on["POST /login"] = () => world.portal.signedIn({ deviceToken: "device-token" });
    await world.signIn();
    world.portal.on["POST /hand-overs"] = ({ bearer }) =>
      bearer === "new-token" ? { code: "c", expires: new Date().toISOString() } : refuse("signedOut");
    world.portal.on["POST /login/device"] = () => world.portal.signedIn({ token: "new-token" });
    expect(await world.ask({ type: "handOver" })).toMatchObject({ code: "c" });
  });

  test("is refused to whoever is not signed in", async () => {
    await expect(world.ask({ type: "handOver" })).rejects.toMatchObject({ cause: "signedOut" });
  });
});

test("a face hears the whole address book over its socket, far more than would fit unread", async () => {
  const machines = Array.from({ length: 6000 }, (_, index) => ({
    ...world.portal.machine(),
    id: `m${index}`,
    place: "x".repeat(200),
    networks: Array.from({ length: 16 }, () => ({ network: "192.168.0.0/24", standIn: null, only: null })),
  }));
  world.portal.lists(machines);
  await world.signIn();
  const face = await socket.face();
  const stop = new AbortController();
  const seen = new Set<string>();
  const { promise, resolve } = Promise.withResolvers<void>();
  const ended = face.request(
    { type: "followMachines" },
    {
      signal: stop.signal,
      onPart: ({ whole, entries, more }) => {
        if (whole) seen.clear();
        for (const { machine } of entries) seen.add(machine.id);
        if (!more && seen.size === 6000) resolve();
      },
    },
  );
  await promise;
  stop.abort();
  await expect(ended).rejects.toMatchObject({ cause: "cancelled" });
  expect(await face.request({ type: "portals" })).toMatchObject({ type: "portals" });
  face.close();
});
