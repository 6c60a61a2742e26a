import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { encodeFrame, FrameReader } from "../../contract/frame.ts";
import { version } from "./version.ts";

// Programs are started here: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

// The program as the command line starts it, in a home of its own, without a helper.

let home: string;
let runDir: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "anslut-main-"));
  runDir = join(home, "runtime", "anslut");
  await mkdir(join(home, "runtime"), { mode: 0o700 });
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "close");
  }
  await rm(home, { recursive: true, force: true });
});

function start(more: NodeJS.ProcessEnv = {}) {
  const env = { HOME: home, XDG_RUNTIME_DIR: join(home, "runtime"), ...more };
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], { env });
  children.push(child);
  let complaint = "";
  child.stderr.on("data", (chunk) => (complaint += chunk));
  const word = once(child.stdout, "data").then(([chunk]) => String(chunk).trim());
  const code = once(child, "close").then(([exit]) => exit as number | null);
  return { child, word, code, complaint: () => complaint };
}

/** `then` runs when the agent has said that it will. */
async function quit(then = () => {}): Promise<void> {
  const key = await readFile(join(runDir, "agent.key"));
  const socket = connect(join(runDir, "agent.sock"));
  const reader = new FrameReader();
  const nonce = "00".repeat(32);
  socket.write(encodeFrame({ type: "hello", protocol: 1, nonce, face: "test" }));
  for await (const chunk of socket) {
    for (const message of reader.push(chunk) as { readonly type: string; readonly nonce: string }[]) {
      if (message.type === "reply") then();
      if (message.type !== "welcome") continue;
      const proof = createHmac("sha256", key).update(`face${message.nonce}${nonce}`).digest("hex");
      socket.write(encodeFrame({ type: "prove", proof }));
      socket.write(encodeFrame({ type: "quit", id: 1 }));
    }
  }
}

describe("the agent's program", () => {
  test("says ready once it listens, and quit ends it and takes its socket away", async () => {
    const agent = start();
    expect(await agent.word).toBe("ready");
    expect((await stat(runDir)).mode & 0o777).toBe(0o700);
    expect((await stat(join(runDir, "agent.key"))).mode & 0o777).toBe(0o600);
    await quit();
    expect(await agent.code).toBe(0);
    expect(await readdir(runDir)).toEqual(["agent.key"]);
  }, 20_000);

  test("says nothing to whoever comes while it ends: they wait until it is gone", async () => {
    const agent = start();
    await agent.word;
    const words: Buffer[] = [];
    const late = Promise.withResolvers<void>();
    await quit(() => {
      const socket = connect(join(runDir, "agent.sock"));
      socket.write(encodeFrame({ type: "hello", protocol: 1, nonce: "00".repeat(32), face: "cli" }));
      socket.on("data", (chunk) => words.push(chunk));
      socket.on("error", () => undefined); // it was gone already
      socket.on("close", () => late.resolve());
    });
    expect(await agent.code).toBe(0);
    await late.promise;
    expect(words).toEqual([]);
  }, 20_000);

  test("says running when there is one already, also when several begin at once", async () => {
    const agents = [start(), start(), start()];
    const words = await Promise.all(agents.map(({ word }) => word));
    expect(words.toSorted()).toEqual(["ready", "running", "running"]);
    const over = agents.filter((_, index) => words[index] === "running");
    expect(await Promise.all(over.map(({ code }) => code))).toEqual([0, 0]);
  }, 30_000);

  test("takes the place of one that was killed", async () => {
    const first = start();
    await first.word;
    first.child.kill("SIGKILL");
    await first.code;
    const second = start();
    expect(await second.word).toBe("ready");
    second.child.kill("SIGTERM");
    expect(await second.code).toBe(0);
  }, 20_000);

  test("does not listen where others may come in, and says so", async () => {
    await mkdir(runDir);
    await chmod(runDir, 0o755);
    const agent = start();
    expect(await agent.code).toBe(1);
    expect(agent.complaint()).toMatch(/^forbidden: .*may be entered by others/);
  }, 20_000);
});

test("the version is the one of the package", async () => {
  const manifest: unknown = JSON.parse(await readFile(join(import.meta.dirname, "..", "..", "package.json"), "utf8"));
  expect(manifest).toMatchObject({ version });
});
