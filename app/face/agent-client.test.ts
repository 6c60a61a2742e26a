import { once } from "node:events";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { BookPart } from "../../contract/agent.ts";
import { AgentClient } from "./agent-client.ts";
import { agentPlace } from "./agent-place.ts";
import { FakeAgent } from "./testing/fake-agent.ts";

async function attach(agent: FakeAgent): Promise<AgentClient> {
  const client = await AgentClient.open(agentPlace(agent.environment), "desktop");
  if (client === undefined) throw new Error("nobody listens");
  return client;
}

test("a face says which one it is, and sees the state at once and each change of it", async () => {
  await using agent = await FakeAgent.start();
  const client = await attach(agent);
  expect(agent.faces).toEqual(["desktop"]);
  expect(client.state.preferences.theme).toBe("system");
  const seen = new Promise((resolve) => client.onState(resolve));
  agent.show({ preferences: { ...client.state.preferences, theme: "dark" } });
  expect(await seen).toMatchObject({ preferences: { theme: "dark" } });
  client.close();
});

test("parts of the address book come to whoever follows it, until they had enough", async () => {
  await using agent = await FakeAgent.start();
  const part: BookPart = { whole: true, more: false, from: null, entries: [], removed: [] };
  agent.plays(async ({ type }, stage) => {
    if (type !== "followMachines") return { type: "done" };
    stage.part({ ...part, more: true });
    stage.part({ ...part, whole: false });
    return await stage.cancelled;
  });
  const client = await attach(agent);
  const stop = new AbortController();
  const parts: BookPart[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const onPart = (one: BookPart) => {
    parts.push(one);
    if (!one.more) resolve();
  };
  const ended = client.request({ type: "followMachines" }, { signal: stop.signal, onPart });
  await promise;
  stop.abort();
  await expect(ended).rejects.toMatchObject({ cause: "cancelled" });
  expect(parts.map(({ whole, more }) => [whole, more])).toEqual([
    [true, true],
    [false, false],
  ]);
  client.close();
});

test("what an agent says cannot turn the text, wherever it stands", async () => {
  await using agent = await FakeAgent.start();
  agent.plays(() => ({ type: "logs", lines: ["a\u202eb"] }));
  const client = await attach(agent);
  expect(await client.request({ type: "logs", lines: 1 })).toEqual({ type: "logs", lines: ["a\ufffdb"] });
  client.close();
});

test("a stream that is refused leaves the connection as it was; one that is granted is raw from then on", async () => {
  await using agent = await FakeAgent.start();
  let granted = false;
  agent.plays(({ type }) => {
    if (type !== "portalStream" || granted) return { type: "done" };
    throw Object.assign(new Error("no"), { asked: true });
  });
  const client = await attach(agent);
  await expect(client.portalStream()).rejects.toMatchObject({ cause: "cancelled" });
  expect(await client.request({ type: "portals" })).toEqual({ type: "done" });
  granted = true;
  const stream = await client.portalStream();
  // Bytes that would be a frame without end are just bytes now.
  agent.sendRaw(Buffer.from([0xff, 0xff, 0xff, 0xff, 0x48]));
  const [first] = await stream.take(1).toArray();
  expect([...first]).toEqual([0xff, 0xff, 0xff, 0xff, 0x48]);
});

test("an agent that is ending, and hangs up without a word, is none", async () => {
  await using agent = await FakeAgent.start();
  const { socket } = agentPlace(agent.environment);
  await rm(socket);
  const server = createServer((face) => face.resume().once("data", () => face.destroy())).listen(socket);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  expect(await AgentClient.open(agentPlace(agent.environment), "cli")).toBeUndefined();
});

test("where nobody listens there is nobody", async () => {
  await using agent = await FakeAgent.start();
  const place = agentPlace({ XDG_RUNTIME_DIR: join(agent.folder, "nowhere") });
  expect(await AgentClient.open(place, "desktop")).toBeUndefined();
});
