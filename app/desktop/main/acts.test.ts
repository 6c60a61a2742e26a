import { expect, test } from "vitest";
import { CauseError } from "../../../contract/causes.ts";
import type { AgentState } from "../../../contract/state.ts";
import { FakeConnection } from "../bridge/testing/fake-connection.ts";
import { linkBed } from "../bridge/testing/fake-link.ts";
import { textsIn } from "../tray/texts.ts";
import { Acts } from "./acts.ts";
import { FakeWindow } from "./testing/fake-electron.ts";

const since = "2026-11-21T08:00:00.000Z";
const identity = { portal: "portal.example", account: "acme", user: "anna" };
const endpoint = { host: "portal.example", port: 443, proxy: null, wrapped: false };
const readyState: Partial<AgentState> = { session: { state: "ready", endpoint, since }, identity };

async function bed(state: Partial<AgentState> = readyState) {
  const agent = new FakeConnection(state);
  const { link, settled } = linkBed(agent);
  const window = new FakeWindow();
  const done: unknown[] = [];
  let click = (): void => {};
  const acts = new Acts({
    window: window.asWindow,
    link,
    book: { entries: [] },
    service: {
      show: (place, machine) => done.push(["show", place, machine]),
      showKeys: () => done.push(["keys"]),
      askToConnect: (machine) => done.push(["ask", machine]),
    },
    quit: async () => void done.push(["quit"]),
    texts: { now: textsIn("en") },
    notify: (notice, onClick) => {
      done.push(["notice", notice.title]);
      click = () => onClick(notice);
    },
  });
  void link.run();
  await settled();
  return { agent, acts, window, done, click: () => click() };
}

test("the tray connects at once, and the window stays where it is", async () => {
  const { agent, acts, window, done } = await bed();
  acts.perform({ does: "connect", machine: "m-17" });
  (await agent.next("connect")).answer({ type: "done" });
  await Promise.resolve();
  expect([done, window.acts]).toEqual([[], []]);
});

test("what the tray could not connect is told, and the window comes forward at that machine", async () => {
  const { agent, acts, window, done, click } = await bed();
  acts.perform({ does: "connect", machine: "m-17" });
  (await agent.next("connect")).refuse(new CauseError("machineOffline"));
  await expect.poll(() => window.acts).toEqual(["show", "focus"]);
  expect(done).toEqual([
    ["notice", expect.stringContaining("m-17")],
    ["show", "machines", "m-17"],
  ]);
  click();
  expect(done.at(-1)).toEqual(["show", "machines", "m-17"]);
});

test("what the state tells of a machine by itself is not told twice", async () => {
  const { agent, acts, window, done } = await bed();
  acts.perform({ does: "connect", machine: "m-17" });
  const asked = await agent.next("connect");
  const failure = { cause: "overlap", detail: "" } as const;
  agent.show({
    connections: [{ machine: "m-17", name: "m", intent: null, networks: [], status: { state: "failed", failure } }],
  });
  asked.refuse(new CauseError("overlap"));
  await expect.poll(() => window.acts).toEqual(["show", "focus"]);
  expect(done).toEqual([["show", "machines", "m-17"]]);
});

test("a question of the session brings the window forward", async () => {
  const { agent, acts, window, done } = await bed({ session: { state: "signedIn" }, identity });
  window.isSmall = true;
  acts.perform({ does: "connect", machine: "m-17" });
  await agent.next("dial");
  agent.show({ session: { state: "asking", question: { about: "secondFactor", expires: since } } });
  expect([done, window.acts]).toEqual([[["show", "machines", "m-17"]], ["restore", "show", "focus"]]);
});

test("what others want (a link) only asks, and without a machine the window just comes forward", async () => {
  const { agent, acts, window, done } = await bed();
  acts.askToConnect("m-17");
  acts.askToConnect(undefined);
  expect([done, window.acts]).toEqual([[["ask", "m-17"]], ["show", "focus", "show", "focus"]]);
  expect(agent.asked.filter(({ ask }) => ask.type === "connect")).toEqual([]);
});

test("every other entry of the tray does the one thing that it says", async () => {
  const { agent, acts, done } = await bed();
  acts.perform({ does: "disconnect", machine: "m-17" });
  acts.perform({ does: "dial" });
  acts.perform({ does: "hangUp" });
  acts.perform({ does: "open", place: "settings" });
  acts.perform({ does: "quit" });
  acts.showKeys();
  expect(agent.asked.map(({ ask }) => ask.type)).toEqual(["disconnect", "dial", "hangUp"]);
  expect(done).toEqual([["show", "settings", undefined], ["quit"], ["keys"]]);
});

test("what the agent refuses to do brings the window forward, which says why", async () => {
  const { agent, acts, window } = await bed();
  acts.tell({ type: "hangUp" });
  (await agent.next("hangUp")).refuse(new CauseError("internal"));
  await expect.poll(() => window.acts).toEqual(["show", "focus"]);
});
