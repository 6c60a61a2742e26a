import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

// Programs are started here: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

// The real keyring: gnome-keyring on a session bus of its own, as a desktop has it (LAB.md).

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "anslut-keyring-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const probe = join(import.meta.dirname, "..", "testing", "keyring-probe.ts");

/** What the probe says of the keyring; `before` is shell that runs in the same session. */
function run(command: readonly string[]): Promise<readonly unknown[]> {
  const [program = "", ...args] = command;
  const env = { PATH: process.env.PATH, HOME: folder, XDG_RUNTIME_DIR: folder, XDG_DATA_HOME: folder };
  const child = spawn(program, args, { env });
  let said = "";
  let complaint = "";
  child.stdout.on("data", (chunk) => (said += chunk));
  child.stderr.on("data", (chunk) => (complaint += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => {
      const line = said.split("\n").find((one) => one.startsWith("["));
      if (line === undefined) reject(new Error(`no answer: ${said} ${complaint}`));
      else resolve(JSON.parse(line));
    });
  });
}

describe("the system's keyring", () => {
  test("keeps secrets from one program to the next, and forgets them", async () => {
    const unlock = "printf secret | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null";
    const node = `"${process.execPath}" "${probe}"`;
    const script = `${unlock}; ${node} keep >/dev/null; ${node} read`;
    const answers = await run(["dbus-run-session", "--", "sh", "-c", script]);
    expect(answers).toEqual([true, null, "device-token with + and ä", null]);
  }, 20_000);

  test("that is not there keeps nothing, nowhere, and says so", async () => {
    expect(await run([process.execPath, probe, "keep"])).toEqual([false, false]);
    expect(await run([process.execPath, probe, "read"])).toEqual([false, null, null, null]);
  }, 20_000);
});
