import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AgentLog } from "./log.ts";
import { openLog } from "./log.ts";
import { redactText } from "./redaction.ts";

let folder: string;
let path: string;
let log: AgentLog;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "anslut-log-"));
  path = join(folder, "state", "agent.log");
  log = openLog(path);
});
afterEach(async () => {
  log.close();
  await rm(folder, { recursive: true });
});

const secret = "hunter2";

describe("a secret", () => {
  test.each([
    { password: secret },
    { request: { type: "login", password: secret } },
    { call: { body: { deviceToken: secret, token: secret } } },
    { ways: [{ proxy: { credentials: { username: "u", password: secret } } }] },
    { headers: { authorization: `Bearer ${secret}` } },
    { ticket: { server: { clientKey: secret }, credentials: { password: secret } } },
    { question: { code: secret } },
    { err: new Error(`Authorization: Bearer ${secret} was refused`) },
    { url: `http://me:${secret}@proxy:3128/` },
  ])("in %j does not reach the log", async (object) => {
    log.logger.info(object, "message");
    log.logger.info(`password=${secret}`);
    expect(await readFile(path, "utf8")).not.toContain(secret);
  });

  test.each([
    `Proxy-Authorization: Basic ${secret}`,
    `{"password":"${secret}"}`,
    `token: ${secret}`,
    `http://user:${secret}@proxy`,
    `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`,
    `-----BEGIN OpenVPN tls-crypt-v2 client key-----\n${secret}`,
  ])("in the text %j is taken out", (text) => expect(redactText(text)).not.toContain(secret));

  test("is not seen where there is none", () => {
    const text = "way 0 won after 132 ms; exit code: 1; route 10.64.0.0/20 via 10.64.0.1";
    expect(redactText(text)).toBe(text);
  });
});

describe("the log", () => {
  test("is the person's alone and shows its last lines", async () => {
    log.logger.info({ state: "ready" }, "one");
    log.logger.warn("two");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const lines = await log.lines(10);
    expect(lines.map(({ text }) => text.replace(/^\S+ /, ""))).toEqual([
      'info agent: one {"state":"ready"}',
      "warn agent: two",
    ]);
    expect(await log.lines(1)).toEqual(lines.slice(1));
  });

  test("turns over at 2 MB and loses no line in doing so", async () => {
    for (let line = 0; line < 2300; line++) log.logger.info({ line }, "x".repeat(1000));
    expect((await stat(path)).size).toBeLessThan(2_000_000);
    expect((await stat(`${path}.1`)).size).toBeGreaterThan(1_900_000);
    const lines = await log.lines(2000);
    expect(lines).toHaveLength(2000);
    expect(lines.at(-1)?.text).toContain('"line":2299');
  });

  test("on a full disk, or where it cannot be written, stops nothing", async () => {
    await writeFile(join(folder, "state"), "a file in the way");
    expect(() => log.logger.info("x")).not.toThrow();
    expect(await log.lines(5)).toEqual([]);
  });
});
