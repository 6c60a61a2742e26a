import { expect, test } from "vitest";
import { CauseError, causes } from "../../contract/causes.ts";
import { FakeAgent } from "../face/testing/fake-agent.ts";
import { exitCodeOf, exitCodes } from "./exit-codes.ts";
import { jsonOf, runCli } from "./testing/run.ts";

test("the numbers never change: scripts rely on them", () => {
  expect(exitCodes).toEqual({
    ok: 0,
    other: 1,
    usage: 2,
    signIn: 3,
    noWay: 4,
    thisComputer: 5,
    tunnel: 6,
    machine: 7,
    busy: 8,
    cancelled: 130,
  });
});

test("no cause ends a command with success", () => {
  expect(causes.filter((cause) => exitCodeOf(cause) === 0)).toEqual([]);
});

test("a refusal ends the command with the code of its cause, in words and as JSON", async () => {
  await using agent = await FakeAgent.start();
  for (const cause of causes) {
    agent.plays(() => {
      throw new CauseError(cause, "42");
    });
    const environment = agent.environment;
    const [words, json] = await Promise.all([
      runCli(["logout"], { environment }),
      runCli(["logout", "--json"], { environment }),
    ]);
    expect(words).toMatchObject({ code: exitCodeOf(cause), stdout: "" });
    expect(words.stderr).toContain(`[${cause}: 42]`);
    expect(json).toMatchObject({ code: exitCodeOf(cause), stderr: "" });
    const error = { cause, headline: expect.any(String), advice: expect.any(String), detail: "42" };
    expect(jsonOf(json)).toEqual({ error });
    expect(words.stderr.split("\n")[0]).toBe((jsonOf(json) as { error: { headline: string } }).error.headline);
  }
});
