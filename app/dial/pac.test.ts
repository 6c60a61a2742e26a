import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { CauseError } from "../../contract/causes.ts";
import { systemClock } from "./clock.ts";
import { evaluatePac } from "./pac.ts";
import { PacFinder } from "./pac-finder.ts";
import { readPac } from "./pac-source.ts";
import { FakeProgram, playRelay } from "./testing/fake-program.ts";

// Programs are started here: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const url = "https://portal.test/";
const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const saying = (body: string) => `function FindProxyForURL(url, host) { ${body} }`;

describe("a PAC file", () => {
  const resolve = async (host: string) => ({ "a.test": "10.1.2.3", "b.test": "192.168.1.1" })[host] ?? null;

  test.each([
    ["a constant", 'return "PROXY a:3128; DIRECT";', "PROXY a:3128; DIRECT"],
    ["its arguments", "return url + ' ' + host;", "https://portal.test/ portal.test"],
    ["the PAC functions", 'return shExpMatch(host, "*.test") && !isPlainHostName(host) ? "yes" : "no";', "yes"],
    [
      "networks",
      'return isInNet(host, "10.0.0.0", "255.0.0.0") || isInNet("10.1.2.3", "10.1.0.0", "255.255.0.0") ? "y" : "n";',
      "y",
    ],
    [
      "names in the middle of expressions",
      'return dnsResolve("a.test").substring(0, 3) + shExpMatch(dnsResolve("b.test"), "192.*");',
      "10.true",
    ],
    ["names that do not exist", 'return isResolvable("x.test") ? "y" : String(dnsResolve("x.test"));', "null"],
    [
      "names, although it catches errors",
      'try { return dnsResolve("a.test"); } catch (e) { return "caught"; }',
      "10.1.2.3",
    ],
    [
      "the laptop's address, without asking anybody outside",
      "return /^[0-9.]+$/.test(myIpAddress()) ? 'ip' : 'none';",
      "ip",
    ],
    ["modern JavaScript", "const o = { a: { b: `x` } }; return o?.a?.b ?? 'none';", "x"],
    ["days and times", 'return weekdayRange("SUN", "SAT") && timeRange(0, 0, 23, 59) ? "y" : "n";', "y"],
  ])("answers with %s", async (_, body, answer) => {
    expect(await evaluatePac(saying(body), url, resolve)).toBe(answer);
  });

  test.each([
    ["has no function", "var x = 1;"],
    ["is no JavaScript", "<html>Please sign in</html>"],
    ["throws", saying("throw new Error('no');")],
    ["answers with no text", saying("return 7;")],
    ["never ends", saying("for (;;) {}")],
    ["never ends and catches what stops it", saying("for (;;) { try { for (;;) {} } catch (e) {} }")],
    ["wants all memory", saying("var a = []; for (;;) a.push({});")],
    ["asks for names without end", saying("for (var i = 0; ; i++) dnsResolve('n' + i + '.test');")],
    ["reaches for Node", saying("return process.version + require('fs');")],
  ])("that %s is an invalid setting", async (_, script) => {
    await expect(evaluatePac(script, url, resolve)).rejects.toMatchObject({ cause: "proxySettingInvalid" });
  });
});

describe("where a PAC file comes from", () => {
  test("a path and a file URL", async () => {
    const folder = await mkdtemp(join(tmpdir(), "anslut-pac-"));
    cleanups.push(() => rm(folder, { recursive: true }));
    const path = join(folder, "proxy.pac");
    await writeFile(path, "script");
    expect(await readPac(path, { command: "/nowhere", args: [] })).toBe("script");
    expect(await readPac(`file://${path}`, { command: "/nowhere", args: [] })).toBe("script");
  });

  test("a plain HTTP server of the office, through the relay", async () => {
    const server = createServer((request, response) => response.end(`${request.headers.host}${request.url}`));
    server.listen(0, "127.0.0.1");
    cleanups.push(() => server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const asked: unknown[] = [];
    const relay = new FakeProgram(({ socket }) =>
      playRelay(socket, ({ ways }) => {
        asked.push(ways);
        return { port: (server.address() as AddressInfo).port };
      }),
    );
    cleanups.push(() => relay[Symbol.asyncDispose]());
    expect(await readPac("http://pac.office:8080/proxy.pac?x=1", relay.program)).toBe("pac.office:8080/proxy.pac?x=1");
    expect(asked).toEqual([[{ host: "pac.office", port: 8080, proxy: null, wrap: null }]]);
  });

  test.each(["proxy.pac", "ftp://office/proxy.pac", "/nowhere/proxy.pac", "/tmp"])("%s is none", async (source) => {
    await expect(readPac(source, { command: "/nowhere", args: [] })).rejects.toMatchObject({
      cause: "proxySettingInvalid",
    });
  });

  test("is asked once in five minutes, and what it said is kept when it is out of reach", async () => {
    let nowMs = 0;
    const answers = [async () => saying("return 'A';"), async () => Promise.reject(new CauseError("noWay"))];
    const finder = new PacFinder({ command: "", args: [] }, { ...systemClock, monotonicMs: () => nowMs }, () =>
      (answers.shift() ?? (() => Promise.reject(new CauseError("noWay"))))(),
    );
    expect(await finder.find("x", url)).toBe("A");
    expect(await finder.find("x", url)).toBe("A");
    expect(answers).toHaveLength(1);
    nowMs = 400_000;
    expect(await finder.find("x", url)).toBe("A");
    expect(answers).toHaveLength(0);
    finder.forget();
    await expect(finder.find("x", url)).rejects.toMatchObject({ cause: "noWay" });
  });
});
