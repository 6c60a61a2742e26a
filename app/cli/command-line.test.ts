import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { jsonOf, runCli } from "./testing/run.ts";

const environment = { HOME: "/nonexistent", LANG: "de_DE.UTF-8" };

test("--version says the version of the package", async () => {
  const manifest: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
  const { code, stdout } = await runCli(["--version"], { environment });
  expect(code).toBe(0);
  expect(manifest).toMatchObject({ version: stdout.trim() });
});

test("no command at all is a mistake, with the help for a person and an object for a script", async () => {
  const words = await runCli([], { environment });
  expect(words).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("Rückgabewerte:") });
  const json = await runCli(["--json"], { environment });
  expect(json).toMatchObject({ code: 2, stderr: "" });
  expect(jsonOf(json)).toMatchObject({ error: { cause: "badRequest", headline: "Welcher Befehl?" } });
});

test("no option takes a secret: all of them show in the list of processes", async () => {
  for (const command of ["login", "proxy manual", "proxy pac", "proxy environment", "connect", "dial"]) {
    const { stdout } = await runCli([...command.split(" "), "--help"], { environment });
    expect(stdout).not.toMatch(/--(password|code|secret|token)\b(?!-stdin)/);
  }
});
