import { randomBytes } from "node:crypto";
import { chmod, mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { agentProtocol } from "../../contract/agent.ts";
import { AgentClient } from "../face/agent-client.ts";
import { agentPlace } from "../face/agent-place.ts";
import { FakeAgent } from "../face/testing/fake-agent.ts";
import { jsonOf, runCli } from "./testing/run.ts";

describe("a command refuses to speak to", () => {
  test("a socket whose listener does not know the key", async () => {
    await using agent = await FakeAgent.start({}, { proofKey: randomBytes(32) });
    const outcome = await runCli(["status", "--json"], { environment: agent.environment });
    expect(outcome).toMatchObject({ code: 5 });
    expect(jsonOf(outcome)).toMatchObject({ error: { cause: "agentMissing", detail: expect.stringContaining("key") } });
  });

  test("a socket in a folder that others may enter", async () => {
    await using agent = await FakeAgent.start();
    await chmod(join(agent.folder, "anslut"), 0o750);
    const outcome = await runCli(["status", "--json"], { environment: agent.environment });
    expect(jsonOf(outcome)).toMatchObject({
      error: { cause: "agentMissing", detail: expect.stringContaining("0700") },
    });
  });

  test("a socket in a folder that is a link", async () => {
    await using agent = await FakeAgent.start();
    await rename(join(agent.folder, "anslut"), join(agent.folder, "elsewhere"));
    await symlink("elsewhere", join(agent.folder, "anslut"));
    expect(await runCli(["status"], { environment: agent.environment })).toMatchObject({ code: 5 });
  });

  test("an agent whose key others may read, or that is a link", async () => {
    await using agent = await FakeAgent.start();
    const key = join(agent.folder, "anslut", "agent.key");
    await chmod(key, 0o640);
    expect(await runCli(["status"], { environment: agent.environment })).toMatchObject({ code: 5 });
    await chmod(key, 0o600);
    await rename(key, `${key}.real`);
    await symlink("agent.key.real", key);
    expect(await runCli(["status"], { environment: agent.environment })).toMatchObject({ code: 5 });
  });

  test("an agent with a key that anybody could guess", async () => {
    await using agent = await FakeAgent.start();
    await writeFile(join(agent.folder, "anslut", "agent.key"), "");
    expect(await runCli(["status"], { environment: agent.environment })).toMatchObject({ code: 5 });
  });
});

describe("an agent of another version", () => {
  test("is used for nothing, and the way out is named", async () => {
    await using agent = await FakeAgent.start({}, { protocol: agentProtocol + 1 });
    const outcome = await runCli(["status"], { environment: agent.environment });
    expect(outcome).toMatchObject({ code: 5 });
    expect(outcome.stderr).toContain("anslut quit");
  });

  test("can be ended", async () => {
    await using agent = await FakeAgent.start({}, { protocol: agentProtocol + 1 });
    agent.plays(() => {
      agent.hangUp();
      return { type: "done" };
    });
    expect(await runCli(["quit"], { environment: agent.environment })).toMatchObject({ code: 0 });
    expect(agent.requests).toMatchObject([{ type: "quit" }]);
  });
});

test("an agent that dies in mid-request ends the command with a sentence", async () => {
  await using agent = await FakeAgent.start();
  agent.plays(() => {
    agent.hangUp();
    return { type: "done" };
  });
  expect(await runCli(["logout"], { environment: agent.environment })).toMatchObject({ code: 5 });
});

test("an agent that answers nonsense ends the command with a sentence", async () => {
  await using agent = await FakeAgent.start();
  agent.plays(() => {
    agent.sendRaw(new TextEncoder().encode("\0\0\0\x04nope"));
    return new Promise(() => {});
  });
  expect(await runCli(["logout"], { environment: agent.environment })).toMatchObject({ code: 5 });
});

test("no agent, no socket: nothing to connect to", async () => {
  await using agent = await FakeAgent.start();
  const place = agentPlace({ XDG_RUNTIME_DIR: join(agent.folder, "nowhere") });
  expect(await AgentClient.open(place, "cli")).toBeUndefined();
  await mkdir(place.folder, { recursive: true, mode: 0o700 });
  expect(await AgentClient.open(place, "cli")).toBeUndefined();
  // A socket that nobody listens on any more.
  const server = createServer().listen(place.socket);
  await new Promise((resolve) => server.once("listening", resolve));
  await rename(place.socket, `${place.socket}.kept`);
  await new Promise((resolve) => server.close(resolve));
  await rename(`${place.socket}.kept`, place.socket).catch(() => {});
  expect(await AgentClient.open(place, "cli")).toBeUndefined();
});

test("quit does not start an agent to end it", async () => {
  await using agent = await FakeAgent.start();
  const environment = { ...agent.environment, XDG_RUNTIME_DIR: join(agent.folder, "nowhere") };
  const outcome = await runCli(["quit"], { environment });
  expect(outcome).toEqual({ code: 0, stdout: "Anslut was not running.\n", stderr: "" });
});

test("what a portal sends cannot move the cursor or turn the text", async () => {
  await using agent = await FakeAgent.start();
  agent.plays(() => ({ type: "logs", lines: ["a\x1b[2Jb\x9b2Jc\u202ed\re\ttab"] }));
  const { stdout } = await runCli(["logs"], { environment: agent.environment });
  expect(stdout).toBe("a\ufffd[2Jb\ufffd2Jc\ufffdd\ufffde\ttab\n");
});

test("the place follows the XDG base directories", () => {
  expect(agentPlace({ XDG_RUNTIME_DIR: "/run/user/7", HOME: "/h" }).socket).toBe("/run/user/7/anslut/agent.sock");
  expect(agentPlace({ XDG_RUNTIME_DIR: "relative", HOME: "/h" }).key).toBe("/h/.local/state/anslut/run/agent.key");
  expect(agentPlace({ XDG_STATE_HOME: "/s", HOME: "/h" }).folder).toBe("/s/anslut/run");
});
