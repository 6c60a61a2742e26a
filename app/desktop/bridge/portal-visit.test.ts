import { expect, test } from "vitest";
import { CauseError } from "../../../contract/causes.ts";
import { initialPreferences } from "../../../contract/preferences.ts";
import { PortalVisit } from "./portal-visit.ts";
import { FakeConnection } from "./testing/fake-connection.ts";
import { linkBed } from "./testing/fake-link.ts";

const anna = { portal: "portal.example", account: "acme", user: "anna" };
const ben = { ...anna, user: "ben" };

async function visitBed(agent: FakeConnection) {
  const { link, settled } = linkBed(agent);
  const left: string[] = [];
  const looks: string[] = [];
  const visit = new PortalVisit({
    link,
    open: () => Promise.reject(new CauseError("noWay")),
    now: () => 0,
    onLeave: () => left.push("left"),
    onLook: (words) => looks.push(words),
  });
  void link.run();
  await settled();
  return { visit, left, looks };
}

async function entered(visit: PortalVisit, agent: FakeConnection, code: string) {
  const before = agent.asked.length;
  const entrance = visit.enter();
  await Promise.resolve();
  const asked = agent.asked.slice(before).find(({ ask }) => ask.type === "handOver");
  asked?.answer({ type: "handOver", address: "https://portal.example", code });
  return entrance;
}

test("the first one in is signed in by a code behind the hash, and who comes back finds the pages as they were", async () => {
  const agent = new FakeConnection({ identity: anna });
  const { visit } = await visitBed(agent);
  const first = await entered(visit, agent, "c+d/e");
  expect(first.load).toBe("https://portal.example/#hand-over=c%2Bd%2Fe&language=system&theme=system");
  const second = await entered(visit, agent, "unused");
  expect(second).toEqual({ gate: first.gate, load: null });
  expect(agent.asked.filter(({ ask }) => ask.type === "handOver")).toHaveLength(1);
});

test("two who come at once need one code", async () => {
  const agent = new FakeConnection({ identity: anna });
  const { visit } = await visitBed(agent);
  const entrances = [visit.enter(), visit.enter()];
  (await agent.next("handOver")).answer({ type: "handOver", address: "https://portal.example", code: "1" });
  const [first, second] = await Promise.all(entrances);
  expect(first?.load).toContain("hand-over=1");
  expect(second).toEqual({ gate: first?.gate, load: null });
  expect(agent.asked.filter(({ ask }) => ask.type === "handOver")).toHaveLength(1);
});

test("nobody who is signed out gets in", async () => {
  const { visit } = await visitBed(new FakeConnection());
  await expect(visit.enter()).rejects.toMatchObject({ cause: "signedOut" });
});

test("somebody else finds nothing of who was there before", async () => {
  const agent = new FakeConnection({ identity: anna });
  const { visit, left } = await visitBed(agent);
  const first = await entered(visit, agent, "1");
  agent.show({ identity: null });
  expect(left).toEqual(["left"]);
  agent.show({ identity: ben });
  const second = await entered(visit, agent, "2");
  expect(second.load).toContain("hand-over=2");
  expect(second.gate).not.toBe(first.gate);
});

test("a code that comes after its person has left is not used", async () => {
  const agent = new FakeConnection({ identity: anna });
  const { visit } = await visitBed(agent);
  const entrance = visit.enter();
  const asked = await agent.next("handOver");
  agent.show({ identity: ben });
  asked.answer({ type: "handOver", address: "https://portal.example", code: "1" });
  await expect(entrance).rejects.toMatchObject({ cause: "signedOut" });
});

test("an address that could not be loaded is begun anew", async () => {
  const agent = new FakeConnection({ identity: anna });
  const { visit } = await visitBed(agent);
  await entered(visit, agent, "1");
  visit.giveUp();
  expect((await entered(visit, agent, "2")).load).toContain("hand-over=2");
});

test("a portal without https is none", async () => {
  const agent = new FakeConnection({ identity: anna });
  const { visit } = await visitBed(agent);
  const entrance = visit.enter();
  (await agent.next("handOver")).answer({ type: "handOver", address: "http://portal.example", code: "1" });
  await expect(entrance).rejects.toMatchObject({ cause: "badRequest" });
});

test("the pages begin in the person's language and theme, and hear of a change once, without another code", async () => {
  const preferences = { ...initialPreferences, language: "sv", theme: "dark" } as const;
  const agent = new FakeConnection({ identity: anna, preferences });
  const { visit, looks } = await visitBed(agent);
  agent.show({ preferences: { ...preferences, theme: "light" } });
  // Nobody is in yet.
  expect(looks).toEqual([]);
  const first = await entered(visit, agent, "1");
  expect(first.load).toContain("#hand-over=1&language=sv&theme=light");
  agent.show({ preferences: { ...preferences, theme: "contrast" } });
  agent.show({ keyring: false });
  expect(looks).toEqual(["language=sv&theme=contrast"]);
  expect(await entered(visit, agent, "unused")).toEqual({ gate: first.gate, load: null });
});
