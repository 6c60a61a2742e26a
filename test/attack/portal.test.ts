import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Lab } from "../lab/lab.ts";
import { openLab } from "../lab/open.ts";
import { HostilePortal, hostileName } from "./hostile-portal.ts";
import { HostileServer } from "./hostile-server.ts";
import { Laptop } from "./laptop.ts";
import { Person } from "./person.ts";

// Attacker: the portal itself, as far as the technician's agent is concerned: another company's, or one that was broken into.

let lab: Lab;
let portal: HostilePortal;
let server: HostileServer;
let laptop: Laptop;
let tech: Person;
let before: string;

beforeAll(async () => {
  lab = await openLab({ stands: "product" });
  laptop = new Laptop(lab, "laptop");
  before = await laptop.bearings();
  server = new HostileServer(lab);
  portal = await HostilePortal.start(lab);
  tech = new Person(lab, "anna", "laptop", "tech");
  await tech.must(["portal", "add", hostileName, "--fingerprint", portal.authority.fingerprint]);
});

beforeEach(() => portal.reset());

afterAll(async () => {
  await portal.stop();
  await server.close();
  await lab.close();
});

const words = ["login", "--account", "evil", "--user", "eve", "--password-stdin"];
const signIn = () => tech.say(words, "a password\n");
const asText = (said: Awaited<ReturnType<Person["say"]>>) => JSON.stringify(said.value);

/** Most memory that the agent has ever had, in MiB. */
async function agentPeakMiB(): Promise<number> {
  const script = "grep -h VmHWM /proc/$(pgrep -u tech -f agent.mjs | head -n 1)/status";
  return Number(/(\d+) kB/.exec(await lab.output("laptop", ["sh", "-c", script]))?.[1]) / 1024;
}

/** A ticket as the contract wants it, that leads to the hostile server. */
function ticket(slice: unknown = server.slice) {
  const { server: far, credentials } = server.connect();
  return {
    ...{ id: "T-evil", expires: new Date(Date.now() + 60_000).toISOString(), device: "tap", server: far, credentials },
    ...{ endpoints: [{ host: hostileName, port: 1194 }], mac: server.mac, slices: [slice] },
  };
}

describe("signing in", () => {
  test.each([302, 307])("answered by a redirect (%i) goes nowhere else", async (status) => {
    const location = `https://${hostileName}/stolen`;
    await portal.answers("POST /api/v1/login", "", status, { location });
    const said = await signIn();
    expect([said.code === 0, portal.asked.includes("POST /stolen"), portal.asked.includes("GET /stolen")]).toEqual([
      false,
      false,
      false,
    ]);
  });

  test.each([
    ["a page", "<html>Sign in</html>"],
    ["an answer with a field more", { next: "signedIn", token: "x", admin: true }],
    ["a prototype", '{"__proto__":{"next":"signedIn"},"next":"secondFactor"}'],
    ["nesting without end", "[".repeat(200_000)],
    ["nothing", ""],
  ])("answered by %s is no sign-in", async (_, body) => {
    await portal.answers("POST /api/v1/login", body);
    expect((await signIn()).code).not.toBe(0);
    expect(await tech.must(["status"])).toMatchObject({ session: { state: expect.not.stringMatching(/signedIn/) } });
  });

  test("answered without end is given up, and does not fill the memory", async () => {
    await portal.pours("POST /api/v1/login", "A".repeat(65_536));
    expect((await signIn()).code).not.toBe(0);
    expect(await agentPeakMiB()).toBeLessThan(400);
  });
});

describe("with a session", () => {
  beforeEach(async () => {
    expect(await signIn()).toMatchObject({ code: 0 });
  });

  test.each([
    ["the internet", { network: "0.0.0.0/0", address: "10.0.0.2", gateway: "10.0.0.1" }],
    ["all private addresses", { network: "10.0.0.0/8", address: "10.0.0.2", gateway: "10.0.0.1" }],
    ["the office", { network: "192.168.178.0/24", address: "192.168.178.99", gateway: "192.168.178.1" }],
    ["the portal's neighbours", { network: "203.0.113.0/24", address: "203.0.113.7", gateway: "203.0.113.8" }],
  ])("a ticket for %s opens nothing, and the technician is told", async (_, slice) => {
    await portal.answers("POST /api/v1/tickets", ticket(slice));
    const said = await tech.say(["dial"]);
    expect(said.code).not.toBe(0);
    expect(portal.asked).toContain("POST /api/v1/tickets");
    expect(asText(said)).toMatch(/routeRefused|accountOverlap/);
    expect(await laptop.leftovers()).toEqual([]);
    expect(await laptop.bearings()).toBe(before);
  });

  test("lists without end, out of bounds or of the wrong kind are refused; names with a terminal's commands do not reach it", async () => {
    const machine = (name: string, network = "192.168.55.0/24") => ({
      ...{ id: "m1", name, customer: name, place: name, serial: null, online: true, lastSeen: null, present: [name] },
      networks: [{ network, standIn: null, only: null }],
    });
    for (const page of [
      { machines: Array.from({ length: 501 }, () => machine("x")), total: 501, after: null },
      { machines: [machine("x", "10.0.0.0/33")], total: 1, after: null },
      { machines: [machine("x".repeat(101))], total: 1, after: null },
      { machines: [machine("x")], total: -1, after: null },
    ]) {
      await portal.answers("GET /api/v1/machines", page);
      expect((await tech.say(["machines"])).code).not.toBe(0);
    }
    const evil = "\u001b]0;owned\u0007\u001b[2J\u001b[31mpress\r\nroot#";
    await portal.answers("GET /api/v1/machines", { machines: [machine(evil)], total: 1, after: null });
    const { stdout, stderr } = await lab.exec("laptop", ["anslut", "machines"], { user: "tech" });
    expect(stdout).toContain("press");
    for (const control of ["\u001b", "\u0007", "\r"]) expect(stdout + stderr).not.toContain(control);
  });

  test("an event stream that lies, names another tunnel's intent, or never ends a line changes nothing", async () => {
    await tech.must(["logout"]);
    const lies = [
      { type: "intent", intent: "other-intent", tunnel: "other-tunnel" },
      { type: "intentEnded", intent: "x", tunnel: "other-tunnel", cause: null },
      { type: "tunnelEnded", tunnel: "x", cause: "revoked" },
      { type: "connect", machine: "m1" },
      { type: "intent", intent: "../../v1/logout", tunnel: "x" },
    ];
    const text = lies.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
    await portal.streams(`${text}data: not json\n\n: ${"x".repeat(100_000)}\n\n`);
    portal.asked.length = 0;
    expect(await signIn()).toMatchObject({ code: 0 });
    await expect.poll(() => portal.asked, { timeout: 20_000 }).toContain("GET /api/v1/events");
    await portal.pours("GET /api/v1/events", "A".repeat(65_536), { "content-type": "text/event-stream" });
    await tech.must(["logout"]);
    portal.asked.length = 0;
    expect(await signIn()).toMatchObject({ code: 0 });
    await expect.poll(() => portal.asked, { timeout: 20_000 }).toContain("GET /api/v1/events");
    expect(await tech.must(["status"])).toMatchObject({
      session: { state: "signedIn" },
      tunnel: null,
      connections: [],
    });
    expect(portal.asked.filter((route) => /intents|connect/.test(route))).toEqual([]);
    expect(await agentPeakMiB()).toBeLessThan(400);
    expect(await laptop.leftovers()).toEqual([]);
  });
});
