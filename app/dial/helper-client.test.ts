import type { Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { encodeFrame, FrameReader } from "../../contract/frame.ts";
import type { HelperEvent, HelperMessage } from "../../contract/helper.ts";
import { openHelper } from "./helper-client.ts";
import { FakeProgram } from "./testing/fake-program.ts";

// Programs are started here: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

type Answer = (
  message: { readonly type: string; readonly id: number },
  say: (message: HelperMessage) => void,
  socket: Socket,
) => void;
const welcome = { type: "welcome", protocol: 1, version: "1", tunnel: "none" } as const;

function fakeHelper(answer: Answer): FakeProgram {
  const fake = new FakeProgram(({ socket }) => {
    const reader = new FrameReader();
    const say = (message: HelperMessage) => void socket.write(encodeFrame(message));
    socket.on("data", (chunk) => {
      for (const message of reader.push(chunk)) answer(message as never, say, socket);
    });
  });
  cleanups.push(() => fake[Symbol.asyncDispose]());
  return fake;
}

const open = (fake: FakeProgram, events: HelperEvent[] = []) =>
  openHelper({ program: fake.program, client: "test", onEvent: (event) => void events.push(event) });

describe("the helper's client", () => {
  test("greets, asks and is answered by id, in whatever order", async () => {
    const asked: number[] = [];
    const fake = fakeHelper((message, say) => {
      if (message.type === "hello") return say(welcome);
      asked.push(message.id);
      if (asked.length < 2) return;
      for (const id of asked.toReversed()) say({ type: "reply", id, result: { type: "logs", lines: [String(id)] } });
    });
    const client = await open(fake);
    expect(client.welcome).toEqual(welcome);
    const answers = await Promise.all([client.ask({ type: "logs", lines: 1 }), client.ask({ type: "logs", lines: 1 })]);
    expect(answers.map(({ lines }) => lines)).toEqual([["1"], ["2"]]);
    expect(fake.started[0]?.words).toEqual(["connect", "--stdio"]);
    client.close();
    expect(await client.ended).toBeNull();
  });

  test("hands events on in their order, one after the other", async () => {
    const order: string[] = [];
    const last = Promise.withResolvers<void>();
    const fake = fakeHelper((message, say) => {
      if (message.type !== "hello") return;
      say(welcome);
      say({ type: "event", event: { type: "secured", elapsedMs: 1 } });
      say({ type: "event", event: { type: "networkChanged" } });
    });
    const client = await openHelper({
      program: fake.program,
      client: "test",
      onEvent: async (event) => {
        order.push(`begin ${event.type}`);
        await Promise.resolve();
        order.push(`end ${event.type}`);
        if (event.type === "networkChanged") last.resolve();
      },
    });
    await last.promise;
    expect(order).toEqual(["begin secured", "end secured", "begin networkChanged", "end networkChanged"]);
    client.close();
  });

  test.each([
    [
      "refuses the connection",
      "helperUntrusted",
      (say: (message: HelperMessage) => void) => say({ type: "refusal", id: 0, cause: "helperUntrusted", detail: "" }),
    ],
    [
      "speaks another protocol",
      "helperMismatch",
      (say: (message: HelperMessage) => void) => say({ ...welcome, protocol: 2 }),
    ],
    [
      "says what is not in the contract",
      "helperMismatch",
      (say: (message: HelperMessage) => void) => say({ type: "hello" } as never),
    ],
  ])("throws when the helper %s", async (_, cause, answer) => {
    const fake = fakeHelper((_message, say) => answer(say));
    await expect(open(fake)).rejects.toMatchObject({ cause });
  });

  test("throws helperMissing without a program, and when the program ends", async () => {
    const missing = { command: "/nowhere/anslut-helper", args: [] };
    await expect(openHelper({ program: missing, client: "test", onEvent: () => undefined })).rejects.toMatchObject({
      cause: "helperMissing",
    });
    const fake = fakeHelper((_message, _say, socket) => socket.destroy());
    await expect(open(fake)).rejects.toMatchObject({ cause: "helperMissing" });
  });

  test("rejects what waits when the helper goes away, and says so once", async () => {
    const fake = fakeHelper((message, say, socket) => {
      if (message.type === "hello") say(welcome);
      else socket.destroy();
    });
    const client = await open(fake);
    await expect(client.ask({ type: "status" })).rejects.toMatchObject({ cause: "helperMissing" });
    expect(await client.ended).toMatchObject({ cause: "helperMissing" });
    await expect(client.ask({ type: "status" })).rejects.toMatchObject({ cause: "helperMissing" });
  });

  test("carries refusals, and stops waiting when it is cancelled", async () => {
    const fake = fakeHelper((message, say) => {
      if (message.type === "hello") say(welcome);
      if (message.type === "status") say({ type: "refusal", id: message.id, cause: "busy", detail: "uid 1001" });
    });
    const client = await open(fake);
    await expect(client.ask({ type: "status" })).rejects.toMatchObject({ cause: "busy", detail: "uid 1001" });
    const controller = new AbortController();
    const waiting = client.ask({ type: "disconnect" }, controller.signal);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ cause: "cancelled" });
    client.close();
  });
});
