import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { Server, Socket } from "node:net";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AgentMessage, AgentRequest, AgentResult } from "../../../contract/agent.ts";
import { agentProtocol, decodeAgentMessage } from "../../../contract/agent.ts";
import { CauseError } from "../../../contract/causes.ts";
import { encodeFrame, FrameReader } from "../../../contract/frame.ts";
import { systemClock } from "../../dial/clock.ts";
import { Store } from "../store.ts";
import type { RequestContext } from "./face-connection.ts";
import { askedFor } from "./face-connection.ts";
import { Faces } from "./faces.ts";

const key = Buffer.alloc(32, 7);
const nonce = "ab".repeat(32);
const hello = { type: "hello", protocol: agentProtocol, nonce, face: "test" } as const;
const hmac = (secret: Uint8Array, text: string) => createHmac("sha256", secret).update(text).digest("hex");

let folder: string;
let path: string;
let server: Server;
let faces: Faces;
let store: Store;
let answer: (request: AgentRequest, context: RequestContext) => Promise<AgentResult>;
const faults: unknown[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "anslut-wire-"));
  path = join(folder, "agent.sock");
  store = new Store(systemClock, () => 0);
  answer = async () => ({ type: "done" });
  faults.length = 0;
  const onFault = (error: unknown) => void faults.push(error);
  const ask = (request: AgentRequest, context: RequestContext) => answer(request, context);
  faces = new Faces({ key, version: "1", store, answer: ask, onFault, onCount: () => undefined });
  server = createServer((socket) => faces.accept(socket)).listen(path);
  await once(server, "listening");
});

afterEach(async () => {
  for (const face of Face.all.splice(0)) face.socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

/** The other end of the wire, written from the contract alone. */
class Face {
  static readonly all: Face[] = [];
  readonly socket: Socket = connect(path);
  readonly messages: AgentMessage[] = [];
  readonly ended: Promise<unknown>;
  #heard = Promise.withResolvers<void>();

  constructor() {
    Face.all.push(this);
    const reader = new FrameReader();
    this.ended = once(this.socket, "close");
    this.socket.on("error", () => undefined);
    this.socket.on("data", (chunk) => {
      this.messages.push(...reader.push(chunk).map(decodeAgentMessage));
      this.#heard.resolve();
      this.#heard = Promise.withResolvers();
    });
  }

  say(message: unknown): void {
    this.socket.write(encodeFrame(message));
  }

  async next<Type extends AgentMessage["type"]>(
    type: Type,
    times = 1,
  ): Promise<Extract<AgentMessage, { readonly type: Type }>> {
    for (;;) {
      const fits = this.messages.filter((message) => message.type === type);
      const found = fits[times - 1];
      if (found) return found as Extract<AgentMessage, { readonly type: Type }>;
      await this.#heard.promise;
    }
  }

  async greet(secret: Uint8Array = key): Promise<void> {
    this.say(hello);
    const welcome = await this.next("welcome");
    expect(welcome.proof).toBe(hmac(key, `agent${nonce}${welcome.nonce}`));
    this.say({ type: "prove", proof: hmac(secret, `face${welcome.nonce}${nonce}`) });
  }
}

async function open(): Promise<Face> {
  const face = new Face();
  await face.greet();
  await face.next("state");
  return face;
}

describe("the greeting", () => {
  test("proves both sides to each other, then shows the state at once", async () => {
    const face = await open();
    expect((await face.next("state")).state).toEqual(store.view);
  });

  test("refuses a face that does not know the key, and shows it nothing", async () => {
    const face = new Face();
    await face.greet(Buffer.alloc(32, 8));
    expect(await face.next("refusal")).toMatchObject({ id: 0, cause: "forbidden" });
    await face.ended;
    expect(face.messages.map(({ type }) => type)).toEqual(["welcome", "refusal"]);
  });

  test("refuses its own proof thrown back at it, and that of another connection", async () => {
    const face = new Face();
    face.say(hello);
    const { proof } = await face.next("welcome");
    face.say({ type: "prove", proof });
    expect(await face.next("refusal")).toMatchObject({ cause: "forbidden" });
    const other = new Face();
    other.say(hello);
    const welcome = await other.next("welcome");
    const third = new Face();
    third.say(hello);
    await third.next("welcome");
    third.say({ type: "prove", proof: hmac(key, `face${welcome.nonce}${nonce}`) });
    expect(await third.next("refusal")).toMatchObject({ cause: "forbidden" });
  });

  test.each([
    ["a request instead of a hello", encodeFrame({ type: "dial", id: 1 })],
    ["a hello with an unknown field", encodeFrame({ ...hello, extra: 1 })],
    ["no JSON", Buffer.concat([Buffer.from([0, 0, 0, 3]), Buffer.from("abc")])],
    ["a length beyond all bounds", Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3])],
    ["HTTP", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
  ])("refuses %s", async (_, bytes) => {
    const face = new Face();
    face.socket.write(bytes);
    expect(await face.next("refusal")).toMatchObject({ id: 0, cause: "badRequest" });
    await face.ended;
  });

  test("welcomes a face of another version, which may only ask it to quit", async () => {
    const asked: string[] = [];
    answer = async ({ type }) => {
      asked.push(type);
      return { type: "done" };
    };
    const face = new Face();
    face.say({ ...hello, protocol: 99 });
    const welcome = await face.next("welcome");
    face.say({ type: "prove", proof: hmac(key, `face${welcome.nonce}${nonce}`) });
    face.say({ type: "dial", id: 1 });
    expect(await face.next("refusal")).toMatchObject({ id: 1, cause: "badRequest" });
    face.say({ type: "quit", id: 2 });
    expect(await face.next("reply")).toMatchObject({ id: 2 });
    expect(asked).toEqual(["quit"]);
    expect(face.messages.some(({ type }) => type === "state")).toBe(false);
  });

  test("of a face that says nothing is not waited for for ever", async () => {
    expect(faces.count).toBe(0);
    const face = new Face();
    await face.ended;
    expect(face.messages).toMatchObject([{ type: "refusal", id: 0 }]);
  }, 10_000);
});

describe("requests", () => {
  test("run side by side, each answered by its id", async () => {
    const slow = Promise.withResolvers<void>();
    answer = async ({ type }) => {
      if (type === "dial") await slow.promise;
      return { type: "done" };
    };
    const face = await open();
    face.say({ type: "dial", id: 1 });
    face.say({ type: "hangUp", id: 2 });
    expect(await face.next("reply")).toMatchObject({ id: 2 });
    slow.resolve();
    expect(await face.next("reply", 2)).toMatchObject({ id: 1 });
  });

  test("that fail are refused with their cause and kill nothing", async () => {
    const face = await open();
    answer = async () => Promise.reject(new CauseError("noWay", "all ports"));
    face.say({ type: "dial", id: 1 });
    expect(await face.next("refusal")).toEqual({ type: "refusal", id: 1, cause: "noWay", detail: "all ports" });
    answer = async () => Promise.reject(new TypeError("a bug"));
    face.say({ type: "dial", id: 2 });
    expect(await face.next("refusal", 2)).toMatchObject({ id: 2, cause: "internal" });
    expect(faults).toHaveLength(1);
    answer = async () => ({ type: "done" });
    face.say({ type: "dial", id: 3 });
    expect(await face.next("reply")).toMatchObject({ id: 3 });
  });

  test.each([
    ["an unknown verb", { type: "format", id: 5 }, "unknownRequest"],
    ["a known verb that is ill-formed", { type: "connect", id: 5 }, "badRequest"],
    ["an unknown field", { type: "dial", id: 5, password: "hunter2" }, "badRequest"],
  ])("with %s are refused by id, without the value", async (_, message, cause) => {
    const face = await open();
    face.say(message);
    const refusal = await face.next("refusal");
    expect(refusal).toMatchObject({ id: 5, cause });
    expect(JSON.stringify(refusal)).not.toContain("hunter2");
    face.say({ type: "dial", id: 6 });
    expect(await face.next("reply")).toMatchObject({ id: 6 });
  });

  test("without an id end the connection", async () => {
    const face = await open();
    face.say({ type: "dial" });
    expect(await face.next("refusal")).toMatchObject({ id: 0, cause: "badRequest" });
    await face.ended;
  });

  test("are cancelled by their id; a face that goes away only stops waiting", async () => {
    const reasons: unknown[] = [];
    const twice = Promise.withResolvers<void>();
    answer = (_request, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          reasons.push(signal.reason === askedFor ? "cancelled" : "gone");
          if (reasons.length === 2) twice.resolve();
          reject(new CauseError("cancelled"));
        });
      });
    const face = await open();
    face.say({ type: "dial", id: 1 });
    face.say({ type: "cancel", id: 2, request: 1 });
    expect(await face.next("refusal")).toMatchObject({ id: 1, cause: "cancelled" });
    expect(await face.next("reply")).toMatchObject({ id: 2 });
    face.say({ type: "dial", id: 3 });
    face.say({ type: "hangUp", id: 3 });
    expect(await face.next("refusal", 2)).toMatchObject({ id: 3, cause: "badRequest" });
    face.socket.destroy();
    await twice.promise;
    expect(reasons).toEqual(["cancelled", "gone"]);
  });

  test("show their progress to the face that asked", async () => {
    const check = { check: "name", subject: "x", outcome: "good", cause: null, elapsedMs: 1, detail: "" } as const;
    answer = async (_request, { progress }) => {
      progress(check);
      return { type: "done" };
    };
    const [one, two] = [await open(), await open()];
    one.say({ type: "doctor", id: 1, portal: null, language: "en" });
    expect(await one.next("progress")).toEqual({ type: "progress", id: 1, check });
    await one.next("reply");
    expect(two.messages.some(({ type }) => type === "progress")).toBe(false);
  });
});

test("every face sees every change", async () => {
  const all = [await open(), await open(), await open()];
  expect(faces.count).toBe(3);
  store.dispatch({ type: "signInStarted" });
  for (const face of all) expect((await face.next("state", 2)).state.session).toEqual({ state: "signingIn" });
});
