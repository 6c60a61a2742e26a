import { mkdtempSync } from "node:fs";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { agentPlace } from "./agent-place.ts";
import { agentEnvironment, startAgent } from "./agent-start.ts";

// Processes are started in here, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "anslut-start-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Starts a program with this text in place of the agent. */
async function start(source: string, environment: NodeJS.ProcessEnv = {}): Promise<void> {
  const program = join(folder, "agent.mjs");
  await writeFile(program, source);
  const given = { HOME: folder, XDG_RUNTIME_DIR: folder, ...environment };
  await startAgent(agentPlace(given), given, { node: process.execPath, program });
}

test.each(["ready", "running"])("an agent that says %s is there, in a folder of this user alone", async (word) => {
  await start(`console.log(${JSON.stringify(word)})`);
  expect((await stat(join(folder, "anslut"))).mode & 0o777).toBe(0o700);
});

test("the agent lives on, in a session of its own", async () => {
  const report = join(folder, "report.json");
  await start(`
    import { closeSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
    const [, session] = /\\) \\S \\d+ \\d+ (\\d+)/.exec(readFileSync("/proc/self/stat", "utf8"));
    writeFileSync(${JSON.stringify(report)}, JSON.stringify({ pid: process.pid, session: Number(session), cwd: process.cwd() }));
    console.log("ready");
    closeSync(1);
    setTimeout(() => {}, 60_000);
  `);
  const { pid, session, cwd } = JSON.parse(await readFile(report, "utf8"));
  expect({ session, cwd }).toEqual({ session: pid, cwd: "/" });
  // Alive: signal 0 reaches it.
  expect(process.kill(pid, 0)).toBe(true);
  process.kill(pid, "SIGKILL");
});

test.each([
  ["it cannot be loaded", "import './nowhere.mjs'", /ERR_MODULE_NOT_FOUND|Cannot find module/],
  ["it fails with a sentence", "console.error('no room'); process.exit(1)", /no room/],
  ["it ends without a word", "", /ended at once/],
  ["it says something else", "console.log('hello')", /hello/],
])("why no agent came up is told when %s", async (_, source, why) => {
  await expect(start(source)).rejects.toMatchObject({ cause: "agentMissing", detail: expect.stringMatching(why) });
});

test("nothing of the caller's environment that loads code or weakens TLS reaches the agent", () => {
  const passed = {
    HOME: "/home/anna",
    USER: "anna",
    PATH: "/usr/bin",
    LANG: "sv_SE.UTF-8",
    LC_ALL: "C.UTF-8",
    XDG_RUNTIME_DIR: "/run/user/7",
    DBUS_SESSION_BUS_ADDRESS: "unix:path=/run/user/7/bus",
    HTTPS_PROXY: "http://proxy.office:3128",
    no_proxy: "localhost",
  };
  const hostile = {
    NODE_OPTIONS: "--require /tmp/x.js",
    NODE_EXTRA_CA_CERTS: "/tmp/ca.pem",
    NODE_TLS_REJECT_UNAUTHORIZED: "0",
    NODE_PATH: "/tmp",
    LD_PRELOAD: "/tmp/x.so",
    SSL_CERT_FILE: "/tmp/ca.pem",
    OPENSSL_CONF: "/tmp/x.cnf",
    SSLKEYLOGFILE: "/tmp/keys",
  };
  expect(agentEnvironment({ ...passed, ...hostile })).toEqual(passed);
});
