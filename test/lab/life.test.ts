import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";
import { openLab } from "./open.ts";
import { run } from "./run.ts";
import { runningLabs } from "./running.ts";
import { wireProgram } from "./wire-program.ts";

const checkout = join(import.meta.dirname, "..", "..");
const mainFile = join(import.meta.dirname, "main.ts");
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

/** What a lab could leave behind on the machine. */
async function machine(): Promise<unknown> {
  const known = async (path: string): Promise<readonly string[]> => (await readdir(path)).sort();
  return {
    mounts: await readFile("/proc/self/mountinfo", "utf8"),
    links: await run("ip", ["-brief", "link"]),
    routes: await run("ip", ["route", "show", "table", "all"]),
    rules: await run("nft", ["list", "ruleset"]),
    directories: await Promise.all(["/run", "/opt", "/var/lib", "/etc"].map(known)),
    tmp: (await known("/tmp")).filter((name) => name.startsWith("lab")),
  };
}

/** Pids of everything that lives in a pid namespace; the dead that their parent has not looked at yet do not. */
async function inhabitants(namespace: string): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const lives = async (pid: number): Promise<boolean> => {
    const [space, status] = await Promise.all([
      readlink(`/proc/${pid}/ns/pid`),
      readFile(`/proc/${pid}/status`, "utf8"),
    ]);
    return space === namespace && !/^State:\s+[ZX]/m.test(status);
  };
  const living = await Promise.all(pids.map((pid) => lives(pid).catch(() => false)));
  return pids.filter((_, at) => living[at]);
}

/** Starts `npm run lab` as npm would, one shell above it, and waits until the lab is open. */
async function startLab(): Promise<{ readonly opener: ChildProcess; readonly pid: number }> {
  const before = runningLabs();
  const fakeNpm = `process.title = "npm run lab";
    const { spawn } = require("node:child_process");
    spawn("sh", ["-c", '"$@"; :', "sh", process.execPath, ${JSON.stringify(mainFile)}, "--bare"], { stdio: "inherit" });`;
  const opener = spawn(process.execPath, ["-e", fakeNpm], { stdio: ["pipe", "pipe", "inherit"] });
  started.push(opener);
  const lines = createInterface(opener.stdout);
  await once(lines, "line"); // "The lab is open", and from here on it is read and forgotten
  const pid = runningLabs().find((each) => !before.includes(each));
  if (pid === undefined) throw new Error("the lab is open, but cannot be found");
  return { opener, pid };
}

test.each(["npm itself", "the program that opened it", "the guard", "the lab's first process"])(
  "kill -9 of %s leaves nothing on the machine",
  async (victim) => {
    const before = await machine();
    const { opener, pid } = await startLab();
    const namespace = await readlink(`/proc/${pid}/ns/pid`);
    expect((await inhabitants(namespace)).length).toBeGreaterThan(30);
    const guard = await parentOf(pid);
    const target = {
      "npm itself": opener.pid,
      "the program that opened it": await parentOf(guard),
      "the guard": guard,
      "the lab's first process": pid,
    }[victim];
    const outsideEnded = once(opener.stdout!, "close");
    process.kill(target!, "SIGKILL");
    await run(await wireProgram(checkout), ["await", String(pid)]);
    expect(await inhabitants(namespace)).toEqual([]);
    await outsideEnded; // with its last holder gone, the pipe is closed
    expect(runningLabs()).not.toContain(pid);
    expect(await machine()).toEqual(before);
  },
);

test("two labs stand side by side, and one outlives the other", async () => {
  const [one, other] = await Promise.all([openLab(), openLab({ office: "reject" })]);
  try {
    await one.writeFile("laptop", "/run/name", "one");
    await other.writeFile("laptop", "/run/name", "other");
    expect(await one.readFile("laptop", "/run/name")).toBe("one");
    expect(await other.readFile("laptop", "/run/name")).toBe("other");
    expect(one.variable("PROXY_PASSWORD")).not.toBe(other.variable("PROXY_PASSWORD"));
    await one.close();
    expect(await other.output("laptop", ["hostname"])).toBe("laptop\n");
  } finally {
    await Promise.all([one.close(), other.close()]);
  }
});

test("close leaves nothing, and what still ran says that it went with the lab", async () => {
  const before = await machine();
  const lab = await openLab();
  const namespace = await readlink(`/proc/${lab.pid}/ns/pid`);
  const asleep = lab.spawn("laptop", ["sh", "-c", "echo up; exec sleep infinity"]);
  await asleep.line(/up/);
  await lab.close();
  await expect(asleep.exited).rejects.toThrow("went with the lab");
  expect(await inhabitants(namespace)).toEqual([]);
  expect(await machine()).toEqual(before);
});

async function parentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
}
