import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Check } from "../../contract/agent.ts";
import { languages } from "../../contract/constants.ts";
import type { AgentState } from "../../contract/state.ts";
import type { Stage } from "../face/testing/fake-agent.ts";
import { FakeAgent } from "../face/testing/fake-agent.ts";
import * as examples from "./testing/examples.ts";
import { runCli } from "./testing/run.ts";

// What stands in a pipe, word by word, in every language: the snapshot is read by people who speak it.

const { connection, endpoint, identity, press, ready, saw, tunnel } = examples;
let agent: FakeAgent;

beforeAll(() => {
  vi.stubEnv("TZ", "UTC");
  vi.useFakeTimers({ toFake: ["Date"], now: new Date(examples.now) });
  // Elapsed times are part of the lines.
  vi.spyOn(performance, "now").mockReturnValue(0);
});
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
beforeEach(async () => {
  agent = await FakeAgent.start();
});
afterEach(async () => {
  await agent[Symbol.asyncDispose]();
});

describe.each(languages)("in %s", (language) => {
  const run = (...words: readonly string[]) =>
    runCli([...words, "--language", language], { environment: agent.environment });

  test("the help", async () => {
    for (const words of [["--help"], ["connect", "--help"], ["proxy", "--help"]]) {
      expect(await run(...words)).toMatchSnapshot(words.join(" "));
    }
  });

  test("the status, from signed out to connected with trouble", async () => {
    const states: Readonly<Record<string, Partial<AgentState>>> = {
      "signed out": {},
      "signed in": { session: { state: "signedIn" }, identity },
      "waiting for the code": {
        session: { state: "asking", question: { about: "secondFactor", expires: examples.now } },
      },
      dialling: { session: { state: "dialling", endpoint, attempt: 1 }, identity },
      "through a proxy": {
        session: { state: "securing", endpoint: { ...endpoint, proxy: "proxy.office:3128", wrapped: true } },
        identity,
      },
      ready,
      connected: { ...ready, connections: [connection] },
      troubled: {
        ...ready,
        helper: "mismatch",
        notice: { cause: "keyringMissing", detail: "" },
        connections: [
          {
            ...connection,
            status: { state: "silent", who: "devices", devices: ["192.168.0.10"], since: "2026-11-21T10:00:00.000Z" },
          },
          {
            ...connection,
            name: "Säge 2",
            networks: [examples.plain],
            status: {
              state: "overlapping",
              network: "10.1.0.0/16",
              local: "10.1.0.0/16",
              other: null,
              adapter: "eth0",
              needed: null,
            },
          },
          {
            ...connection,
            name: "Ofen",
            networks: [],
            status: { state: "failed", failure: failure("machineOffline") },
          },
        ],
      },
      "broken off": {
        session: { state: "reconnecting", attempt: 2, at: examples.now, why: failure("tunnelLost") },
        identity,
      },
      failed: { session: { state: "failed", failure: failure("noWay"), retryable: true }, identity },
      "without a network": { session: { state: "suspended", why: "noNetwork" }, identity },
    };
    for (const [name, state] of Object.entries(states)) {
      agent.show({ ...agentRest(), ...state });
      expect((await run("status")).stdout).toMatchSnapshot(name);
    }
  });

  test("the machines", async () => {
    agent.show({ ...ready, connections: [connection] });
    const page = { machines: [saw, press], total: 2, after: null };
    agent.plays(() => ({ type: "machines", page, from: null }));
    expect(await run("machines")).toMatchSnapshot("all");
    agent.plays(() => ({ type: "machines", page, from: "2026-11-20T10:00:00.000Z" }));
    expect(await run("machines")).toMatchSnapshot("from the address book");
    agent.plays(() => ({ type: "machines", page: { machines: [], total: 0, after: null }, from: null }));
    expect(await run("machines", "nobody", "knows")).toMatchSnapshot("none");
  });

  test("a dial", async () => {
    agent.show({ session: { state: "signedIn" }, identity });
    agent.plays((_, stage) => playDial(stage));
    expect(await run("dial")).toMatchSnapshot("dial");
    expect(await run("dial")).toMatchSnapshot("dial again");
    agent.plays(() => ({ type: "done" }));
    expect(await run("hang-up")).toMatchSnapshot("hang up");
  });

  test("a connect, with others on the machine", async () => {
    agent.show({ session: { state: "signedIn" }, identity });
    agent.plays(async (request, stage) => {
      if (request.type === "dial") return playDial(stage);
      if (request.type === "machines") {
        return { type: "machines", page: { machines: [press], total: 1, after: null }, from: null };
      }
      for (const status of [{ state: "requested" }, { state: "routing" }, connection.status] as const) {
        stage.show({ connections: [{ ...connection, status }] });
      }
      return { type: "done" };
    });
    expect(await run("connect", "press-1")).toMatchSnapshot("connect");
    agent.plays(() => ({ type: "done" }));
    expect(await run("disconnect", "press-1")).toMatchSnapshot("disconnect");
    expect(await run("disconnect")).toMatchSnapshot("disconnect all");
  });

  test("the histories", async () => {
    agent.plays(() => ({ type: "journal", entries: [...examples.journal] }));
    expect((await run("history")).stdout).toMatchSnapshot("of this computer");
    const row = { ...examples.journal[0]!, machine: "press-1", laptop: "anna-laptop" };
    const { id, user, machine, laptop, from, until, networks, received, sent, orderNumber, reason, note, ended } = row;
    const connections = [
      { id, user, machine, laptop, from, until, networks, received, sent, orderNumber, reason, note, ended },
    ];
    agent.plays(() => ({ type: "history", page: { connections, before: null } }));
    expect((await run("history", "--portal")).stdout).toMatchSnapshot("of the portal");
    agent.plays(() => ({ type: "journal", entries: [] }));
    expect((await run("history")).stdout).toMatchSnapshot("empty");
  });

  test("what the doctor says", async () => {
    const check: Check = {
      check: "port",
      subject: "portal.example:1194",
      outcome: "bad",
      cause: "noWay",
      elapsedMs: 4000,
      detail: "",
    };
    const checks: readonly Check[] = [
      { check: "helper", subject: "0.1.0", outcome: "good", cause: null, elapsedMs: 3, detail: "" },
      check,
      { ...check, check: "inspection", subject: "portal.example", outcome: "unknown", cause: null, elapsedMs: 12 },
    ];
    agent.plays((_, stage) => {
      for (const step of checks) stage.check(step);
      const ask = [
        { host: "portal.example", port: 443, through: null },
        { host: "portal.example", port: 443, through: "proxy.office:3128" },
      ];
      return { type: "diagnosis", diagnosis: { checks: [...checks], verdict: "noWay", ask, page: "# …" } };
    });
    expect(await run("doctor", "portal.example")).toMatchSnapshot("no way");
    agent.plays(() => ({ type: "diagnosis", diagnosis: { checks: [], verdict: null, ask: [], page: "" } }));
    expect(await run("doctor")).toMatchSnapshot("good");
  });

  test("portals and proxies", async () => {
    const own = {
      ...examples.portal,
      host: "10.0.0.9",
      port: 8443,
      authority: "ab".repeat(32),
      remembered: examples.names,
    };
    const unseen = { ...examples.portal, host: "second.example", pin: null, fixedByPolicy: true };
    agent.plays(() => ({ type: "portals", portals: [examples.portal, { ...own, fixedByPolicy: true }, unseen] }));
    expect((await run("portal", "list")).stdout).toMatchSnapshot("portals");
    agent.plays(() => ({ type: "portals", portals: [] }));
    expect((await run("portal", "list")).stdout).toMatchSnapshot("no portal");
    for (const setting of [
      { mode: "none" },
      { mode: "environment" },
      { mode: "manual", host: "proxy.office", port: 3128 },
      { mode: "pac", source: "http://wpad/wpad.dat" },
    ] as const) {
      agent.plays(() => ({
        type: "proxy",
        setting,
        credentials: setting.mode === "manual",
        fixedByPolicy: setting.mode === "pac",
      }));
      expect((await run("proxy", "show")).stdout).toMatchSnapshot(setting.mode);
    }
  });

  test("mistakes on the command line", async () => {
    const mistakes = [
      ["dail"],
      ["login", "--password", "x"],
      ["connect"],
      ["connect", "press", "1"],
      ["connect", "press-1", "--order"],
      ["connect", "press-1", "--network", "192.168.0.0"],
      ["portal", "add", "http://portal.example"],
      ["portal", "add", "portal.example", "--fingerprint", "ab:cd"],
      ["proxy", "manual", "proxy.office"],
      ["logs", "--lines", "5000"],
      ["login"],
      ["login", "--account", "a", "--user", "b"],
    ];
    agent.plays(() => ({ type: "portals", portals: [] }));
    for (const words of mistakes) {
      const outcome = await run(...words);
      expect(outcome.stderr).toMatchSnapshot(words.join(" "));
      expect(outcome.stdout).toBe("");
      expect(outcome.code).toBe(words.includes("a") ? 3 : 2);
    }
  });
});

function failure(cause: "noWay" | "tunnelLost" | "machineOffline") {
  return { cause, detail: "" };
}

function agentRest(): Partial<AgentState> {
  return {
    session: { state: "signedOut" },
    identity: null,
    tunnel: null,
    connections: [],
    helper: "available",
    notice: null,
  };
}

async function playDial(stage: Stage) {
  stage.show({ session: { state: "dialling", endpoint: null, attempt: 1 } });
  stage.show({ session: { state: "dialling", endpoint, attempt: 1 } });
  stage.show({ session: { state: "securing", endpoint } });
  stage.show({ session: { state: "addressing", endpoint } });
  stage.show({ session: { state: "addressing", endpoint }, tunnel });
  stage.show(ready);
  return { type: "done" } as const;
}
