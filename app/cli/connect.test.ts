import { EventEmitter, on, once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AgentRequest } from "../../contract/agent.ts";
import { CauseError } from "../../contract/causes.ts";
import type { Connection, Question } from "../../contract/state.ts";
import type { Script } from "../face/testing/fake-agent.ts";
import { FakeAgent } from "../face/testing/fake-agent.ts";
import { connection, endpoint, identity, names, portal, press, ready } from "./testing/examples.ts";
import { jsonOf, runCli } from "./testing/run.ts";

let agent: FakeAgent;
beforeEach(async () => {
  agent = await FakeAgent.start({ session: { state: "signedIn" }, identity });
});
afterEach(async () => {
  await agent[Symbol.asyncDispose]();
});

const run = (...words: readonly string[]) => runCli(words, { environment: agent.environment });
const types = () => agent.requests.map(({ type }) => type);
const sent = (type: AgentRequest["type"]) => agent.requests.filter((request) => request.type === type);

const answering =
  (status: Connection["status"] = connection.status): Script =>
  (request, stage) => {
    if (request.type === "dial") stage.show(ready);
    if (request.type === "connect") stage.show({ connections: [{ ...connection, status }] });
    if (request.type === "portals") return { type: "portals", portals: [{ ...portal, remembered: names }] };
    if (request.type === "loginRemembered") stage.show({ session: { state: "signedIn" }, identity });
    if (request.type !== "machines") return { type: "done" };
    return { type: "machines", page: { machines: [press], total: 1, after: null }, from: null };
  };

describe("connect", () => {
  test("dials first, says so, and prints one object as JSON", async () => {
    agent.plays(answering());
    const outcome = await run("connect", "press-1", "--json");
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(jsonOf(outcome)).toEqual({ connection, others: ["björn"], elapsedMs: expect.any(Number) });
    expect(types()).toEqual(["dial", "connect", "machines"]);
    expect((await run("connect", "press-1")).stderr).not.toContain("dialling first");
  });

  test("signs in by the remembered device before it dials", async () => {
    agent.show({ session: { state: "signedOut" }, identity: null });
    agent.plays(answering());
    expect(await run("connect", "press-1")).toMatchObject({ code: 0 });
    expect(types()).toEqual(["portals", "loginRemembered", "dial", "connect", "machines"]);
  });

  test("leaves dialling alone with --no-dial", async () => {
    agent.plays(() => {
      throw new CauseError("dialFirst");
    });
    expect(await run("connect", "press-1", "--no-dial")).toMatchObject({ code: 6 });
    expect(types()).toEqual(["connect"]);
  });

  test("does not dial where a tunnel stands", async () => {
    agent.show(ready);
    agent.plays(answering());
    await run("connect", "press-1");
    expect(types()).toEqual(["connect", "machines"]);
  });

  test("takes networks in every spelling, order number and reason", async () => {
    agent.show(ready);
    agent.plays(answering());
    const [a, b] = ["192.168.0.0/24", "10.1.0.0/16"];
    const rest = ["--order", "A-4711", "--reason", "Störung 37, »rot«"];
    await run("connect", "--network", a, b, "press-1", ...rest);
    await run("connect", "press-1", "--network", a, "--network", b, ...rest);
    await run("connect", "press-1", ...rest, `--network=${a}`, `--network=${b}`);
    for (const request of sent("connect")) {
      expect(request).toMatchObject({ machine: "press-1", networks: [a, b], orderNumber: "A-4711", reason: rest[3] });
    }
    expect(sent("connect")).toHaveLength(3);
  });

  test("passes names with blanks, quotes and dashes on as they are", async () => {
    agent.show(ready);
    agent.plays(answering());
    for (const name of ["Säge 2", "it's", "-rf", "$(id)"]) await run("connect", "--", name);
    expect(sent("connect").map((request) => request.type === "connect" && request.machine)).toEqual([
      "Säge 2",
      "it's",
      "-rf",
      "$(id)",
    ]);
  });

  test("names both networks when they overlap", async () => {
    agent.show(ready);
    const overlap = { network: "192.168.0.0/24", local: "192.168.0.0/16", other: null, adapter: "eth0", needed: null };
    agent.plays((request, stage) => {
      stage.show({ connections: [{ ...connection, status: { state: "overlapping", ...overlap } }] });
      if (request.type === "connect") throw new CauseError("overlap");
      return { type: "done" };
    });
    const outcome = await run("connect", "press-1");
    expect(outcome).toMatchObject({ code: 7 });
    expect(outcome.stderr).toMatch(/192\.168\.0\.0\/24.*192\.168\.0\.0\/16.*eth0/s);
  });

  test("that only half works says so and ends with 7", async () => {
    agent.show(ready);
    const failed = [{ network: "10.1.0.0/16", failure: { cause: "routeFailed", detail: "" } }] as const;
    agent.plays(answering({ state: "routeErrors", since: "2026-11-21T10:00:00.000Z", failed: [...failed] }));
    const outcome = await run("connect", "press-1");
    expect(outcome).toMatchObject({ code: 7, stdout: expect.stringContaining("connected in part") });
  });

  test("does not fail because the list of who is on it cannot be read", async () => {
    agent.show(ready);
    agent.plays((request, stage) => {
      if (request.type === "machines") throw new CauseError("portalFault");
      return answering()(request, stage);
    });
    expect(jsonOf(await run("connect", "press-1", "--json"))).toMatchObject({ others: [] });
  });
});

describe("a question in the middle of a dial", () => {
  const asking =
    (question: Question): Script =>
    async (request, stage) => {
      if (request.type !== "dial") return { type: "done" };
      stage.show({ session: { state: "asking", question } });
      const answers = ["answerProxy", "answerTakeOver"] as const;
      await Promise.race([...answers.map((type) => stage.next(type)), stage.cancelled]);
      stage.show(ready);
      return { type: "done" };
    };

  test.each([
    [
      { about: "proxyPassword", host: "proxy.office", port: 3128, refused: false },
      4,
      "proxyAuthRequired",
      "anslut proxy manual",
    ],
    [
      { about: "proxyPassword", host: "proxy.office", port: 3128, refused: true },
      4,
      "proxyAuthRefused",
      "anslut proxy manual",
    ],
    [{ about: "takeOver", ticket: "T-1" }, 8, "busy", "--take-over"],
  ] as const)("is a refusal in a pipe that says what to use: %o", async (question, code, cause, advice) => {
    agent.plays(asking(question));
    const outcome = await run("dial", "--json");
    expect(outcome).toMatchObject({ code });
    expect(jsonOf(outcome)).toMatchObject({ error: { cause, advice: expect.stringContaining(advice) } });
    expect(types()).toEqual(["dial", "cancel"]);
  });

  test("about an open tunnel is answered by --take-over", async () => {
    agent.plays(asking({ about: "takeOver", ticket: "T-1" }));
    expect(await run("dial", "--take-over")).toMatchObject({ code: 0 });
    expect(sent("answerTakeOver")).toMatchObject([{ accept: true }]);
  });
});

describe("Ctrl-C", () => {
  const hanging: Script = async (request, stage) => {
    if (request.type !== "dial") return { type: "done" };
    stage.show({ session: { state: "dialling", endpoint, attempt: 1 } });
    return stage.cancelled;
  };

  test("cancels what runs, waits until it is undone and ends with 130", async () => {
    const signals = new EventEmitter();
    agent.plays((request, stage) => {
      if (request.type === "dial") queueMicrotask(() => signals.emit("SIGINT"));
      return hanging(request, stage);
    });
    const outcome = await runCli(["dial", "--json"], { environment: agent.environment, signals });
    expect(outcome).toMatchObject({ code: 130 });
    expect(jsonOf(outcome)).toMatchObject({ error: { cause: "cancelled" } });
    const [dial] = sent("dial");
    expect(sent("cancel")).toMatchObject([{ request: dial?.id }]);
  });

  test("a second time ends at once", async () => {
    agent.plays((request) => (request.type === "dial" ? new Promise(() => {}) : { type: "done" }));
    const signals = new EventEmitter();
    const exit = once(signals, "exit");
    void runCli(["dial"], { environment: agent.environment, signals });
    while (signals.listenerCount("SIGINT") === 0) await once(signals, "newListener");
    signals.emit("SIGINT");
    signals.emit("SIGINT");
    expect(await exit).toEqual([130]);
  });

  test("ends a watched status", async () => {
    const signals = new EventEmitter();
    const running = runCli(["status", "--watch", "--json"], { environment: agent.environment, signals });
    while (signals.listenerCount("SIGINT") === 0) await once(signals, "newListener");
    signals.emit("SIGINT");
    expect(await running).toMatchObject({ code: 130 });
  });
});

test("a watched status is a line of JSON for each change", async () => {
  const [signals, output] = [new EventEmitter(), new EventEmitter()];
  const lines = on(output, "line");
  const next = async () => {
    const { value } = await lines.next();
    return JSON.parse(value?.[0]);
  };
  const running = runCli(["status", "--watch", "--json"], { environment: agent.environment, signals, output });
  expect(await next()).toMatchObject({ session: { state: "signedIn" } });
  agent.show(ready);
  expect(await next()).toMatchObject({ session: { state: "ready" }, connections: [] });
  agent.show({ connections: [connection] });
  expect(await next()).toMatchObject({ connections: [{ name: "press-1" }] });
  signals.emit("SIGINT");
  expect(await next()).toMatchObject({ error: { cause: "cancelled" } });
  expect(await running).toMatchObject({ code: 130, stderr: "" });
});
