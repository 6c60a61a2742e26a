import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { FakeAgent } from "../face/testing/fake-agent.ts";
import { press, saw } from "./testing/examples.ts";
import { runCli } from "./testing/run.ts";

// Processes are started in here, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

const run = promisify(execFile);
let folder: string;
let script: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "anslut-completion-"));
  script = join(folder, "anslut.bash");
  const { stdout } = await runCli(["completion", "bash"], { environment: { HOME: folder } });
  await writeFile(script, stdout);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a real bash offers for the last of these words. `machines` are what `anslut complete-machines` prints. */
async function offered(words: readonly string[], machines: readonly string[] = []): Promise<readonly string[]> {
  const program = `
    set -u
    anslut() { [ "$1" = complete-machines ] && cat ${folder}/names; }
    source ${script}
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _anslut
    printf '%s\\n' "\${COMPREPLY[@]-}"`;
  await writeFile(join(folder, "names"), machines.map((name) => `${name}\n`).join(""));
  const { stdout } = await run("bash", ["--norc", "-c", program, "bash", ...words]);
  return stdout.split("\n").filter((line) => line !== "");
}

test("loads in bash and registers itself", async () => {
  const { stdout } = await run("bash", ["--norc", "-uec", `source ${script}; complete -p anslut`]);
  expect(stdout.trim()).toBe("complete -F _anslut anslut");
});

test("offers commands, their parts and their options, and hides what is hidden", async () => {
  expect(await offered(["anslut", "d"])).toEqual(["dial", "disconnect", "doctor", "diagnostics"]);
  expect(await offered(["anslut", "comp"])).toEqual(["completion"]);
  expect(await offered(["anslut", "proxy", ""])).toEqual(
    expect.arrayContaining(["show", "none", "environment", "manual", "pac"]),
  );
  expect(await offered(["anslut", "proxy", "manual", "--p"])).toEqual(["--password-stdin"]);
  expect(await offered(["anslut", "login", "--re"])).toEqual(["--remember"]);
  expect(await offered(["anslut", "--json", "status", "--w"])).toEqual(["--watch"]);
  expect(await offered(["anslut", "settings", "k"])).toEqual(["keep-secrets"]);
  expect(await offered(["anslut", "--language", ""])).toEqual(["en", "de", "sv"]);
  expect(await offered(["anslut", "connect", "--order", ""])).toEqual([]);
});

test("offers names of machines as one word each", async () => {
  const names = ["press-1", "Säge 2", "it's", "$(touch x)"];
  expect(await offered(["anslut", "connect", ""], names)).toEqual([
    "press-1",
    "Säge\\ 2",
    "it\\'s",
    "\\$\\(touch\\ x\\)",
  ]);
  expect(await offered(["anslut", "favourite", "pr"], names)).toEqual(["press-1"]);
  expect(await offered(["anslut", "disconnect", "pr"], names)).toEqual(["press-1"]);
  expect(await offered(["anslut", "connect", "Säge\\ "], names)).toEqual(["Säge\\ 2"]);
  expect(await offered(["anslut", "connect", '"Säge'], names)).toEqual(["Säge\\ 2"]);
  expect(await offered(["anslut", "connect", "--no"], names)).toEqual(["--no-dial"]);
});

test("names come from an agent that runs, and without one there are none and no word about it", async () => {
  await using agent = await FakeAgent.start();
  const page = { machines: [press, saw, { ...press, name: "two\nlines" }], total: 3, after: null };
  agent.plays(() => ({ type: "machines", page, from: null }));
  expect(await runCli(["complete-machines"], { environment: agent.environment })).toEqual({
    code: 0,
    stdout: "press-1\nSäge 2\n",
    stderr: "",
  });
  const environment = { ...agent.environment, XDG_RUNTIME_DIR: folder };
  expect(await runCli(["complete-machines"], { environment })).toEqual({ code: 0, stdout: "", stderr: "" });
});
