import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { createServer } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { encodeFrame } from "../../contract/frame.ts";
import type { RelayReport, Way } from "../../contract/relay.ts";
import { openRelay } from "./relay-stream.ts";
import { FakeProgram, playRelay, type Race } from "./testing/fake-program.ts";

// Programs are started here: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const ways: readonly Way[] = [{ host: "portal.test", port: 443, proxy: null, wrap: null }];
const cleanups: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function fake(race: Race): FakeProgram {
  const program = new FakeProgram(({ socket }) => playRelay(socket, race));
  cleanups.push(() => program[Symbol.asyncDispose]());
  return program;
}

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

describe("a stream over the relay", () => {
  test("sends the caller's first bytes at once and gives back what the winner says", async () => {
    const port = await listening(createServer((socket) => socket.pipe(socket)));
    const reports: RelayReport[] = [];
    const attempt = { way: 1, outcome: "refused", elapsedMs: 3, detail: "" } as const;
    const relay = fake(() => ({ port, way: 2, before: [{ type: "attempt", attempt }] }));
    const stream = openRelay({ program: relay.program, ways, onReport: (report) => reports.push(report) });
    stream.write("first bytes");
    const [answer] = await once(stream, "data");
    expect(String(answer)).toBe("first bytes");
    expect(reports).toEqual([
      { type: "attempt", attempt },
      { type: "won", way: 2, elapsedMs: 1 },
    ]);
    expect(relay.started[0]?.words).toEqual(["relay"]);
    stream.destroy();
  });

  test("carries megabytes both ways without losing or buffering them", async () => {
    const port = await listening(createServer((socket) => socket.pipe(socket)));
    const stream = openRelay({ program: fake(() => ({ port })).program, ways });
    const chunk = Buffer.alloc(100_000, "x");
    let got = 0;
    const done = new Promise<void>((resolve) => {
      stream.on("data", (data: Buffer) => {
        got += data.length;
        if (got === 50 * chunk.length) resolve();
      });
    });
    for (let sent = 0; sent < 50; sent++) if (!stream.write(chunk)) await once(stream, "drain");
    await done;
    expect(got).toBe(5_000_000);
    expect(stream.readableLength).toBeLessThan(200_000);
    stream.destroy();
  });

  test("takes reports and first bytes that arrive in one piece apart", async () => {
    const relay = new FakeProgram(({ socket }) => {
      socket.once("data", () => {
        const won = encodeFrame({ type: "won", way: 0, elapsedMs: 1 });
        socket.write(Buffer.concat([won.subarray(0, 3)]));
        setImmediate(() => socket.write(Buffer.concat([won.subarray(3), Buffer.from("hello")])));
      });
    });
    cleanups.push(() => relay[Symbol.asyncDispose]());
    const stream = openRelay({ program: relay.program, ways });
    const [answer] = await once(stream, "data");
    expect(String(answer)).toBe("hello");
    stream.destroy();
  });

  test.each([
    ["the race failed", { reports: [{ type: "failed", cause: "noWay", detail: "all silent" }] }, "noWay"],
    [
      "a proxy wants a password",
      { reports: [{ type: "failed", cause: "proxyAuthRequired", detail: "" }] },
      "proxyAuthRequired",
    ],
    ["the relay dies", { die: true }, "helperMissing"],
  ] as const)("fails with a cause when %s", async (_, outcome, cause) => {
    const stream = openRelay({ program: fake(() => outcome).program, ways });
    stream.write("x");
    const [error] = await once(stream, "error");
    expect(error).toMatchObject({ cause });
  });

  test("fails with helperMissing when there is no such program", async () => {
    const stream = openRelay({ program: { command: "/nowhere/anslut-helper", args: [] }, ways });
    const [error] = await once(stream, "error");
    expect(error).toMatchObject({ cause: "helperMissing" });
  });

  test("fails with helperMismatch when the relay speaks nonsense", async () => {
    const relay = new FakeProgram(({ socket }) => void socket.write(Buffer.alloc(16, 0xff)));
    cleanups.push(() => relay[Symbol.asyncDispose]());
    const [error] = await once(openRelay({ program: relay.program, ways }), "error");
    expect(error).toMatchObject({ cause: "helperMismatch" });
  });

  test("ends the relay when it is cancelled", async () => {
    const gone = Promise.withResolvers<void>();
    const relay = new FakeProgram(({ socket }) => {
      socket.on("close", () => gone.resolve());
      socket.resume();
      controller.abort();
    });
    cleanups.push(() => relay[Symbol.asyncDispose]());
    const controller = new AbortController();
    const [error] = await once(openRelay({ program: relay.program, ways, signal: controller.signal }), "error");
    expect(error).toMatchObject({ cause: "cancelled" });
    await gone.promise;
  });
});
