import { expect, test } from "vitest";
import { CauseError } from "../../../contract/causes.ts";
import type { LinkStatus } from "./agent-link.ts";
import { FakeConnection } from "./testing/fake-connection.ts";
import { linkBed } from "./testing/fake-link.ts";

const missing = new CauseError("agentMissing", "it could not be started");

test("attaches to the agent and tells its state", async () => {
  const agent = new FakeConnection({ session: { state: "signedIn" } });
  const { link, settled } = linkBed(agent);
  const told: LinkStatus[] = [];
  link.follow({ status: (status) => told.push(status) });
  expect(link.status.link).toBe("starting");
  void link.run();
  await settled();
  expect(told).toEqual([{ link: "attached", failure: null }]);
  expect(link.state?.session.state).toBe("signedIn");
  agent.show({ session: { state: "ready", endpoint: { host: "p", port: 1, proxy: null, wrapped: false }, since: "" } });
  expect(link.state?.session.state).toBe("ready");
  link.close();
  expect(agent.isClosed).toBe(true);
});

test("an agent that is lost is found again at once, and what it said stays until then", async () => {
  const first = new FakeConnection({ session: { state: "signedIn" } });
  const second = new FakeConnection();
  const { link, settled, rests } = linkBed(first, second);
  void link.run();
  await settled();
  first.hangUp();
  await settled();
  expect(link.status).toMatchObject({ link: "lost", failure: { cause: "agentMissing" } });
  expect(link.state?.session.state).toBe("signedIn");
  expect(rests.at(-1)?.milliseconds).toBe(0);
  rests.at(-1)?.end();
  await settled();
  expect(link.status.link).toBe("attached");
  expect(link.state?.session.state).toBe("signedOut");
  link.close();
});

test("where there is none the tries become rarer", async () => {
  const { link, settled, rests } = linkBed(missing);
  void link.run();
  for (let count = 1; count <= 4; count += 1) {
    await settled();
    rests.at(-1)?.end();
  }
  expect(rests.map(({ milliseconds }) => milliseconds).slice(0, 4)).toEqual([0, 1000, 2000, 5000]);
  link.close();
});

test("an agent that comes up and dies each time is not started in a mad rush", async () => {
  const agents = Array.from({ length: 4 }, () => new FakeConnection());
  for (const agent of agents) agent.hangUp();
  const { link, rests, rested } = linkBed(...agents);
  void link.run();
  for (let count = 1; count <= 4; count += 1) {
    await rested();
    rests.at(-1)?.end();
  }
  expect(rests.map(({ milliseconds }) => milliseconds).slice(0, 4)).toEqual([0, 1000, 2000, 5000]);
  link.close();
});

test("a connection that lasted makes the next loss a first one", async () => {
  const agents = [new FakeConnection(), new FakeConnection()] as const;
  const { link, settled, rests, clock } = linkBed(missing, missing, ...agents);
  void link.run();
  await settled();
  rests.at(-1)?.end();
  await settled();
  rests.at(-1)?.end();
  await settled();
  clock.nowMs += 60_000;
  agents[0].hangUp();
  await settled();
  expect(rests.map(({ milliseconds }) => milliseconds)).toEqual([0, 1000, 0]);
  link.close();
});

test("a retry does not wait for the rest to end, and says why there is still none", async () => {
  const agent = new FakeConnection();
  const mismatch = new CauseError("helperMismatch", "agent 0.2.0 speaks protocol 2");
  const { link, settled, attempts } = linkBed(mismatch);
  const told: LinkStatus["link"][] = [];
  link.follow({ status: ({ link: now }) => told.push(now) });
  void link.run();
  await settled();
  await expect(link.retry()).rejects.toMatchObject({ cause: "helperMismatch" });
  await settled();
  attempts.push(agent);
  attempts.shift();
  await link.retry();
  expect(told).toEqual(["lost", "starting", "lost", "starting", "attached"]);
  await link.retry();
  link.close();
});

test("whoever asks before the first attempt has ended waits for it", async () => {
  const agent = new FakeConnection();
  const { link } = linkBed(agent);
  const reached = link.reach();
  void link.run();
  expect(await reached).toBe(agent);
  link.close();
});
