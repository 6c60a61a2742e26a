import { expect, test } from "vitest";
import type { BookEntry, Check } from "../../../contract/agent.ts";
import { CauseError } from "../../../contract/causes.ts";
import { windowCallNames } from "../../../contract/window-names.ts";
import { MachineBook } from "./machine-book.ts";
import type { Shell } from "./shell.ts";
import { FakeConnection } from "./testing/fake-connection.ts";
import { linkBed } from "./testing/fake-link.ts";
import { WindowService } from "./window-service.ts";

interface Pushed {
  readonly name: string;
  readonly value: unknown;
}

async function serviceBed(agent: FakeConnection | Error = new FakeConnection(), shell: Partial<Shell> = {}) {
  const bed = linkBed(agent);
  const book = new MachineBook(bed.link);
  const pushed: Pushed[] = [];
  const frames: (() => void)[] = [];
  const service = new WindowService({
    link: bed.link,
    book,
    shell: {
      about: async () => ({ version: "1", parts: [], licences: [], tray: true, links: [] }),
      copy: async () => {},
      openLink: async () => {},
      print: async () => "done",
      save: async () => "done",
      showPortal: async () => {},
      startHelper: async () => "done",
      ...shell,
    },
    schedule: (task) => {
      frames.push(task);
      return () => void frames.splice(frames.indexOf(task), 1);
    },
    push: (name, value) => void pushed.push({ name, value }),
  });
  void bed.link.run();
  await bed.settled();
  const nextFrame = (): void => {
    for (const task of frames.splice(0)) task();
  };
  const namesOf = (): readonly string[] => pushed.map(({ name }) => name);
  return { ...bed, service, book, pushed, nextFrame, namesOf };
}

const check: Check = {
  check: "port",
  subject: "portal.example:443",
  outcome: "good",
  cause: null,
  elapsedMs: 3,
  detail: "",
};

function entry(id: string): BookEntry {
  return {
    machine: {
      id,
      name: id,
      customer: "",
      place: "",
      serial: null,
      online: true,
      lastSeen: null,
      networks: [],
      present: [],
    },
    mark: { favourite: false, note: "", contact: "" },
    lastUsed: null,
  };
}

test("every call of the contract is known here, and no other", async () => {
  const { service } = await serviceBed();
  for (const name of windowCallNames) {
    const answer = await service.call(name, { no: "such" }).catch((error: CauseError) => error.cause);
    expect(answer).not.toBe("unknownRequest");
  }
  for (const name of ["quit", "constructor", "__proto__", undefined, ["ask"]]) {
    await expect(service.call(name, {})).rejects.toMatchObject({ cause: "unknownRequest" });
  }
});

test.each([
  ["ask", { type: "quit", id: 1 }],
  ["ask", { type: "handOver", id: 1 }],
  ["ask", { type: "portalStream", id: 1 }],
  ["ask", { type: "power", id: 1, event: "suspend" }],
  ["ask", { type: "dial", id: 1, extra: true }],
  ["ask", "dial"],
  ["cancel", { id: 0 }],
  ["openLink", { link: "https://evil.example/" }],
  ["copy", { text: 7 }],
  ["save", { name: "x".repeat(101), text: "" }],
  ["showPortal", { place: { x: -1, y: 0, width: 1, height: 1 } }],
  ["print", { silent: true }],
])("what is no %s by the contract is refused and does nothing", async (name, argument) => {
  const agent = new FakeConnection();
  const forbidden = (): never => {
    throw new Error("the shell was called");
  };
  const shell = { copy: forbidden, openLink: forbidden, print: forbidden, save: forbidden, showPortal: forbidden };
  const { service } = await serviceBed(agent, shell);
  const before = agent.asked.length;
  expect(await service.call(name, argument)).toMatchObject({ type: "refusal", failure: { cause: "badRequest" } });
  expect(agent.asked).toHaveLength(before);
});

test("a page's request goes to the agent without its number, and the answer comes back", async () => {
  const agent = new FakeConnection();
  const { service } = await serviceBed(agent);
  const answer = service.call("ask", { type: "logs", id: 7, lines: 10 });
  const asked = await agent.next("logs");
  expect(asked.ask).toEqual({ type: "logs", lines: 10 });
  asked.answer({ type: "logs", lines: ["one"] });
  expect(await answer).toEqual({ type: "answer", result: { type: "logs", lines: ["one"] } });
});

test("progress comes with the page's own number, and only to a page that follows it", async () => {
  const agent = new FakeConnection();
  const { service, pushed } = await serviceBed(agent);
  const answer = service.call("ask", { type: "doctor", id: 41, portal: null, language: "en" });
  const asked = await agent.next("doctor");
  asked.options.onCheck?.(check);
  expect(pushed).toEqual([]);
  service.follow("progress");
  asked.options.onCheck?.(check);
  expect(pushed).toEqual([{ name: "progress", value: { id: 41, check } }]);
  asked.answer({ type: "done" });
  await answer;
});

test("cancel ends the page's request; a number that does not run is none of anybody's concern", async () => {
  const agent = new FakeConnection();
  const { service } = await serviceBed(agent);
  const answer = service.call("ask", { type: "dial", id: 3 });
  await agent.next("dial");
  expect(await service.call("cancel", { id: 4 })).toEqual({ type: "done" });
  expect(await service.call("cancel", { id: 3 })).toEqual({ type: "done" });
  expect(await answer).toMatchObject({ type: "refusal", failure: { cause: "cancelled" } });
});

test("a number that still runs is not taken twice", async () => {
  const agent = new FakeConnection();
  const { service } = await serviceBed(agent);
  void service.call("ask", { type: "dial", id: 3 });
  await agent.next("dial");
  expect(await service.call("ask", { type: "hangUp", id: 3 })).toMatchObject({ failure: { cause: "badRequest" } });
});

test("a page that comes gets what is so, and then what changes", async () => {
  const agent = new FakeConnection({ session: { state: "signedIn" } });
  const { service, pushed } = await serviceBed(agent);
  agent.show({ keyring: false });
  expect(pushed).toEqual([]);
  service.follow("agent");
  service.follow("state");
  expect(pushed).toMatchObject([
    { name: "agent", value: { link: "attached" } },
    { name: "state", value: { session: { state: "signedIn" }, keyring: false } },
  ]);
});

test("states that come in a burst become one a frame, and the last one is never lost", async () => {
  const agent = new FakeConnection();
  const { service, pushed, nextFrame } = await serviceBed(agent);
  service.follow("state");
  nextFrame();
  pushed.length = 0;
  for (const attempt of [1, 2, 3, 4]) agent.show({ session: { state: "dialling", endpoint: null, attempt } });
  expect(pushed).toMatchObject([{ value: { session: { attempt: 1 } } }]);
  nextFrame();
  expect(pushed).toMatchObject([{ value: { session: { attempt: 1 } } }, { value: { session: { attempt: 4 } } }]);
  nextFrame();
  nextFrame();
  expect(pushed).toHaveLength(2);
});

test("no answer overtakes the state that it stands for", async () => {
  const agent = new FakeConnection();
  const { service, pushed } = await serviceBed(agent);
  service.follow("state");
  const answer = service
    .call("ask", { type: "logout", id: 1 })
    .then(() => pushed.push({ name: "answer", value: null }));
  const asked = await agent.next("logout");
  agent.show({ keyring: false });
  agent.show({ session: { state: "hangingUp", next: "signedOut" } });
  asked.answer({ type: "done" });
  await answer;
  expect(pushed.at(-2)).toMatchObject({ name: "state", value: { session: { state: "hangingUp" } } });
  expect(pushed.at(-1)).toMatchObject({ name: "answer" });
});

test("the address book comes whole to a page that is loaded later", async () => {
  const agent = new FakeConnection();
  const { service, pushed } = await serviceBed(agent);
  const { options } = await agent.next("followMachines");
  const entries = Array.from({ length: 700 }, (_, index) => entry(`m${index}`));
  options.onPart?.({ whole: true, more: true, from: null, entries: entries.slice(0, 500), removed: [] });
  options.onPart?.({ whole: false, more: false, from: null, entries: entries.slice(500), removed: [] });
  options.onPart?.({ whole: false, more: false, from: null, entries: [], removed: ["m3"] });
  service.follow("machines");
  expect(pushed).toMatchObject([
    { name: "machines", value: { whole: true, more: true } },
    { name: "machines", value: { whole: false, more: false } },
  ]);
  const told = pushed.flatMap(({ value }) => (value as { readonly entries: readonly BookEntry[] }).entries);
  expect(told).toHaveLength(699);
  options.onPart?.({ whole: false, more: false, from: null, entries: [entry("new")], removed: [] });
  expect(pushed.at(-1)).toMatchObject({ value: { whole: false, entries: [{ machine: { id: "new" } }] } });
});

test("the address book is followed anew with each agent, and once a refused one has signed in", async () => {
  const agent = new FakeConnection();
  await serviceBed(agent);
  const first = await agent.next("followMachines");
  first.refuse(new CauseError("signedOut"));
  await expect(agent.request({ type: "logs", lines: 1 }, { signal: AbortSignal.abort() })).rejects.toThrow();
  agent.show({ keyring: false });
  expect(agent.asked.filter(({ ask }) => ask.type === "followMachines")).toHaveLength(1);
  agent.show({ identity: { portal: "p", account: "a", user: "u" } });
  expect(agent.asked.filter(({ ask }) => ask.type === "followMachines")).toHaveLength(2);
});

test("a deep link that comes before the page is kept for it, once", async () => {
  const { service, pushed } = await serviceBed();
  service.askToConnect("m-17", "");
  service.show("settings");
  expect(pushed).toEqual([]);
  service.follow("connectAsked");
  service.follow("shown");
  expect(pushed).toEqual([
    { name: "connectAsked", value: { machine: "m-17", detail: "" } },
    { name: "shown", value: { place: "settings" } },
  ]);
  service.follow("connectAsked");
  expect(pushed).toHaveLength(2);
});

test("what an earlier page asked for is not told to the next one, and its numbers are free", async () => {
  const agent = new FakeConnection();
  const { service, pushed } = await serviceBed(agent);
  service.follow("progress");
  const old = service.call("ask", { type: "doctor", id: 1, portal: null, language: "en" });
  const asked = await agent.next("doctor");
  service.pageGone();
  service.follow("progress");
  const next = service.call("ask", { type: "logs", id: 1, lines: 1 });
  asked.options.onCheck?.(check);
  expect(pushed).toEqual([]);
  asked.answer({ type: "done" });
  await old;
  (await agent.next("logs")).answer({ type: "logs", lines: [] });
  expect(await next).toMatchObject({ type: "answer" });
});

test("without an agent a request is refused with the reason, and retry tries at once", async () => {
  const mismatch = new CauseError("helperMismatch", "agent 0.2.0 speaks protocol 2");
  const { service, attempts, pushed } = await serviceBed(mismatch);
  service.follow("agent");
  expect(await service.call("ask", { type: "portals", id: 1 })).toEqual({
    type: "refusal",
    failure: { cause: "helperMismatch", detail: "agent 0.2.0 speaks protocol 2" },
  });
  attempts[0] = new FakeConnection();
  expect(await service.call("retryAgent", {})).toEqual({ type: "done" });
  expect(pushed.at(-1)).toEqual({ name: "agent", value: { link: "attached", failure: null } });
});

test("an agent that is lost in mid-request is a refusal with a cause", async () => {
  const agent = new FakeConnection();
  const { service } = await serviceBed(agent);
  const answer = service.call("ask", { type: "dial", id: 1 });
  await agent.next("dial");
  agent.hangUp();
  expect(await answer).toMatchObject({ type: "refusal", failure: { cause: "agentMissing" } });
});

test("a dialogue of the system that was closed is no failure, and a failure has its cause", async () => {
  const shell: Partial<Shell> = {
    save: async () => "declined",
    openLink: () => Promise.reject(new CauseError("notFound")),
  };
  const { service } = await serviceBed(new FakeConnection(), shell);
  expect(await service.call("save", { name: "a.txt", text: "" })).toEqual({ type: "declined" });
  expect(await service.call("openLink", { link: "support" })).toMatchObject({ failure: { cause: "notFound" } });
});

test.each([
  ["../../.bashrc", "-..-.bashrc"],
  ["C:\\Windows\\x.txt", "C-Windows-x.txt"],
  ["  .. ", "anslut.txt"],
  ["anslut-diagnostics-2026.txt", "anslut-diagnostics-2026.txt"],
])("a file's name leads into no other folder: %s", async (name, plain) => {
  const names: string[] = [];
  const save = async (saved: string) => {
    names.push(saved);
    return "done" as const;
  };
  const { service } = await serviceBed(new FakeConnection(), { save });
  await service.call("save", { name, text: "x" });
  expect(names).toEqual([plain]);
});
