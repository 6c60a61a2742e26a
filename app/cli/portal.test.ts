import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeAgent } from "../face/testing/fake-agent.ts";
import { portal } from "./testing/examples.ts";
import { jsonOf, runCli } from "./testing/run.ts";

const authority = "ab".repeat(31).concat("cd");
const inspection = {
  type: "inspection",
  host: "portal.example",
  port: 443,
  systemTrust: false,
  authority,
  authorityName: "Anslut CA of portal.example",
  pin: "ef".repeat(32),
  until: "2027-11-21T10:00:00.000Z",
} as const;

let agent: FakeAgent;
beforeEach(async () => {
  agent = await FakeAgent.start();
});
afterEach(async () => {
  await agent[Symbol.asyncDispose]();
});

const run = (...words: readonly string[]) => runCli(words, { environment: agent.environment });
const plays = (seen: Partial<typeof inspection | { systemTrust: true; authority: null }>) =>
  agent.plays((request) => {
    if (request.type === "inspectPortal") return { ...inspection, ...seen };
    return request.type === "portals" ? { type: "portals", portals: [portal] } : { type: "done" };
  });
const added = () => agent.requests.filter((request) => request.type === "addPortal");

test("a portal that the system trusts is added without a question", async () => {
  plays({ systemTrust: true, authority: null });
  const outcome = await run("portal", "add", " https://Portal.Example/login ", "--json");
  expect(jsonOf(outcome)).toEqual({ portal });
  expect(agent.requests[0]).toMatchObject({ type: "inspectPortal", address: "portal.example" });
  expect(added()).toMatchObject([{ fingerprint: null }]);
});

test("a proxy that wants a password says so where nobody can type it, and what to do", async () => {
  const question = { about: "proxyPassword", host: "proxy.office", port: 3128, refused: false } as const;
  agent.plays(async (request, stage) => {
    if (request.type !== "inspectPortal") return { type: "done" };
    stage.show({ session: { state: "asking", question } });
    return await stage.cancelled;
  });
  const outcome = await run("portal", "add", "portal.example");
  expect(outcome.stderr).toContain("proxy.office:3128");
  expect(outcome.stderr).toContain("anslut proxy");
  expect(outcome.code).not.toBe(0);
});

test("where the administrator has set which portals there are, another is refused before it is looked at, with the reason", async () => {
  agent.state = { ...agent.state, fixed: { preferences: [], portals: true, reason: "Regel 5" } };
  agent.plays((request) =>
    request.type === "portals"
      ? { type: "portals", portals: [{ ...portal, fixedByPolicy: true }] }
      : request.type === "inspectPortal"
        ? { ...inspection, systemTrust: true, authority: null }
        : { type: "done" },
  );
  const outcome = await run("portal", "add", "other.example");
  expect(outcome).toMatchObject({ code: 5, stdout: "" });
  expect(outcome.stderr).toContain("Regel 5");
  expect(agent.requests.map(({ type }) => type)).toEqual(["portals"]);
  expect(await run("portal", "add", "portal.example:443")).toMatchObject({ code: 0 });
});

test("an authority of the portal's own is not believed in a pipe: the refusal shows what was seen", async () => {
  plays({});
  const outcome = await run("portal", "add", "portal.example");
  expect(outcome).toMatchObject({ code: 4, stdout: "" });
  expect(outcome.stderr.replace(/\s+/g, " ")).toContain("ABAB ABAB ABAB ABAB");
  expect(outcome.stderr).toContain("--fingerprint");
  expect(added()).toEqual([]);
});

test.each([
  ["as it is", authority],
  ["in capitals with colons", authority.toUpperCase().match(/../g)?.join(":") ?? ""],
  ["in groups of four", authority.match(/.{4}/g)?.join(" ") ?? ""],
  ["with its algorithm", `sha256:${authority}`],
])("the fingerprint may be written %s", async (_, spelling) => {
  plays({});
  expect(await run("portal", "add", "portal.example:443", "--fingerprint", spelling)).toMatchObject({ code: 0 });
  expect(added()).toMatchObject([{ fingerprint: authority }]);
});

test("another authority than the one named is not added", async () => {
  plays({});
  const outcome = await run("portal", "add", "portal.example", "--fingerprint", "00".repeat(32), "--json");
  expect(outcome).toMatchObject({ code: 4 });
  expect(jsonOf(outcome)).toMatchObject({ error: { cause: "certificateUntrusted" } });
  expect(added()).toEqual([]);
});

test("a named authority is asked for even where the system trusts the certificate", async () => {
  plays({ systemTrust: true, authority: null });
  expect(await run("portal", "add", "portal.example", "--fingerprint", authority)).toMatchObject({ code: 4 });
  expect(added()).toEqual([]);
});

test.each(["portal.example:8443", "10.0.0.9", "[2001:db8::9]:8443", "2001:db8::9", "https://portal.example:444/x?y"])(
  "%s is an address",
  async (address) => {
    plays({ systemTrust: true, authority: null });
    expect(await run("portal", "add", address)).toMatchObject({ code: 0 });
  },
);

test.each([
  "",
  "-x",
  "portal.example:0",
  "portal.example:65536",
  "http://portal.example",
  "a b",
  "portal.example:x",
  "$(id)",
])("%j is none", async (address) => {
  expect(await run("portal", "add", "--", address)).toMatchObject({ code: 2 });
  expect(agent.requests).toEqual([]);
});
