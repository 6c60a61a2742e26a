import { expect, test } from "vitest";
import { CauseError } from "../../../contract/causes.ts";
import type { Session } from "../../../contract/state.ts";
import { QuickConnect } from "./quick-connect.ts";
import { FakeConnection } from "./testing/fake-connection.ts";
import { linkBed } from "./testing/fake-link.ts";

const identity = { portal: "portal.example", account: "acme", user: "anna" };
const since = "2026-11-21T08:00:00.000Z";
const endpoint = { host: "portal.example", port: 443, proxy: null, wrapped: false };
const ready: Session = { state: "ready", endpoint, since };
const asking: Session = { state: "asking", question: { about: "secondFactor", expires: since } };
const wish = { networks: null, orderNumber: "", reason: "", standIn: false };

async function bed(session: Session) {
  const agent = new FakeConnection({ session, identity });
  const { link, settled } = linkBed(agent);
  const told: string[] = [];
  const quick = new QuickConnect({
    link,
    onQuestion: (machine) => told.push(`question ${machine}`),
    onFailure: (machine, { cause }) => told.push(`${cause} ${machine}`),
  });
  void link.run();
  await settled();
  const verbs = (): readonly string[] => agent.asked.map(({ ask }) => ask.type);
  return { agent, link, quick, told, verbs };
}

test("with a tunnel it connects at once, to all networks and without a question", async () => {
  const { agent, quick, told, verbs } = await bed(ready);
  const started = quick.start("m-17");
  const asked = await agent.next("connect");
  expect(asked.ask).toEqual({ type: "connect", machine: "m-17", ...wish });
  // A second click while it is under way means the same.
  await quick.start("m-17");
  asked.answer({ type: "done" });
  await started;
  expect([told, verbs()]).toEqual([[], ["connect"]]);
});

test("without a tunnel it dials first", async () => {
  const { agent, quick, told, verbs } = await bed({ state: "signedIn" });
  const started = quick.start("m-17");
  (await agent.next("dial")).answer({ type: "done" });
  (await agent.next("connect")).answer({ type: "done" });
  await started;
  expect([told, verbs()]).toEqual([[], ["dial", "connect"]]);
});

test("a question is the person's, once; it goes on when they have answered", async () => {
  const { agent, quick, told, verbs } = await bed({ state: "signedIn" });
  const started = quick.start("m-17");
  const dial = await agent.next("dial");
  agent.show({ session: asking });
  agent.show({ keyring: false });
  dial.answer({ type: "asked" });
  expect(told).toEqual(["question m-17"]);
  agent.show({ session: { state: "securing", endpoint } });
  expect(verbs()).toEqual(["dial"]);
  agent.show({ session: ready });
  (await agent.next("connect")).answer({ type: "done" });
  await started;
  expect(told).toEqual(["question m-17"]);
});

test("a question that was open before is told as well, and one that is closed without an answer ends it silently", async () => {
  const { agent, quick, told, verbs } = await bed(asking);
  const started = quick.start("m-17");
  (await agent.next("dial")).answer({ type: "asked" });
  agent.show({ session: { state: "signedIn" } });
  await started;
  expect([told, verbs()]).toEqual([["question m-17"], ["dial"]]);
});

test("what it fails with is told once; who cancelled knows", async () => {
  const { agent, quick, told } = await bed(ready);
  const started = quick.start("m-17");
  (await agent.next("connect")).refuse(new CauseError("machineOffline"));
  await started;
  expect(told).toEqual(["machineOffline m-17"]);
  const again = quick.start("m-18");
  await expect.poll(() => agent.asked.length).toBe(2);
  agent.asked[1]?.refuse(new CauseError("cancelled"));
  await again;
  expect(told).toHaveLength(1);
});

test("a question that stands over the agent's end, and no agent at all, are failures and no silence", async () => {
  const { agent, quick, told } = await bed(asking);
  const started = quick.start("m-17");
  (await agent.next("dial")).answer({ type: "asked" });
  await Promise.resolve();
  agent.hangUp();
  await started;
  await quick.start("m-17");
  expect(told).toEqual(["question m-17", "agentMissing m-17", "agentMissing m-17"]);
});
