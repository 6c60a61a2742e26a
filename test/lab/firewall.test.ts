import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type FirewallName, type ProxyKind, proxyPorts } from "./firewall.ts";
import type { Lab } from "./lab.ts";
import { textOf } from "./lab-process.ts";
import { openLab } from "./open.ts";
import { type Reach, reach, startEcho, tlsHello } from "./peers.ts";
import { portalAddress, portalName, proxyName } from "./topology.ts";

let lab: Lab;

beforeAll(async () => {
  lab = await openLab({ roundTripMs: { office: 4 } });
  await Promise.all([80, 443, 1194, 8080].map((port) => startEcho(lab, "portal", port)));
  await Promise.all([443, 1194].map((port) => startPage(port)));
});

afterAll(() => lab.close());

async function ports(input?: Buffer): Promise<Readonly<Record<number, Reach>>> {
  const all = [80, 443, 1194, 8080];
  const met = await Promise.all(all.map(async (port) => [port, await reach(lab, "laptop", port, input)] as const));
  return Object.fromEntries(met);
}

async function startPage(port: number): Promise<void> {
  await lab.spawn("stranger", ["/opt/lab/wire", "hmi", "--listen", `:${port}`]).line(/ready/);
}

const strangerName = "stranger.anslut.test";

/** What a proxy answers to CONNECT; 0 if it cannot be reached. */
async function connectThrough(kind: ProxyKind, port: number, password?: string): Promise<number> {
  const user = password === undefined ? "" : `proxy-user = "${lab.variable("PROXY_USER")}:${password}"\n`;
  const { stdout } = await lab.exec("laptop", ["curl", "-sS", "-K", "-", "-o", "/dev/null", "-w", "%{http_connect}"], {
    user: "tech",
    input: `${user}proxy = "http://${proxyName}:${proxyPorts[kind]}"\nproxytunnel\nproxy-anyauth\nmax-time = 5
url = "http://${strangerName}:${port}/"\n`,
  });
  return Number(stdout);
}

function resolves(name: string): Promise<boolean> {
  return lab.exec("laptop", ["getent", "hosts", name]).then(({ code }) => code === 0);
}

const table: readonly (readonly [FirewallName, Readonly<Record<number, Reach>>])[] = [
  ["open", { 80: "answers", 443: "answers", 1194: "answers", 8080: "answers" }],
  ["only443", { 80: "refused", 443: "answers", 1194: "refused", 8080: "refused" }],
  ["only80", { 80: "answers", 443: "refused", 1194: "refused", 8080: "refused" }],
  ["proxyOnly", { 80: "prohibited", 443: "prohibited", 1194: "prohibited", 8080: "prohibited" }],
  ["silentDrop", { 80: "answers", 443: "answers", 1194: "silent", 8080: "silent" }],
  ["tlsOnly", { 80: "prohibited", 443: "cut", 1194: "prohibited", 8080: "prohibited" }],
  ["reject", { 80: "prohibited", 443: "prohibited", 1194: "prohibited", 8080: "prohibited" }],
];

test.each(table)("under %s the portal's ports are met as the table says", async (name, expected) => {
  await lab.setFirewall(name);
  expect(await ports()).toEqual(expected);
});

test("under tlsOnly what begins as TLS passes", async () => {
  await lab.setFirewall("tlsOnly");
  expect(await reach(lab, "laptop", 443, tlsHello)).toBe("answers");
});

test("the PAC file names the proxy that wants a password, and is served even where nothing else passes", async () => {
  await lab.setFirewall("reject");
  const pac = await lab.output("laptop", ["curl", "-sS", lab.variable("PAC_URL")], { user: "tech" });
  expect(pac).toContain(`PROXY ${proxyName}:${proxyPorts.basic}`);
});

test("under reject the office resolves names, but no proxy is in reach", async () => {
  await lab.setFirewall("reject");
  expect(await resolves(portalName)).toBe(true);
  expect(await connectThrough("open", 443)).toBe(0);
});

test("the office's own firewall never hinders the portal's neighbour", async () => {
  await lab.setFirewall("reject");
  expect(await reach(lab, "stranger", 1194)).toBe("answers");
});

describe("under proxyOnly", () => {
  beforeEach(() => lab.setFirewall("proxyOnly"));

  test("squid wants the password, and then allows 443 alone", async () => {
    expect(await connectThrough("basic", 443)).toBe(407);
    expect(await connectThrough("basic", 443, "wrong")).toBe(407);
    expect(await connectThrough("basic", 443, lab.variable("PROXY_PASSWORD"))).toBe(200);
    expect(await connectThrough("basic", 1194, lab.variable("PROXY_PASSWORD"))).toBe(403);
    expect(await lab.readFile("proxy", "/var/log/squid/basic.access.log")).toContain(`CONNECT ${strangerName}:443`);
  });

  test("the other proxies are out of reach", async () => {
    expect(await connectThrough("open", 443)).toBe(0);
    expect(await connectThrough("digest", 443, lab.variable("PROXY_PASSWORD"))).toBe(0);
    expect(await connectThrough("tinyproxy", 443)).toBe(0);
  });

  test("names of the outside do not exist, the office's own do", async () => {
    expect(await resolves(portalName)).toBe(false);
    expect(await resolves(proxyName)).toBe(true);
  });

  test("another proxy may be the one that goes out", async () => {
    await lab.setFirewall("proxyOnly", "digest");
    expect(await connectThrough("basic", 443, lab.variable("PROXY_PASSWORD"))).toBe(0);
    expect(await connectThrough("digest", 443, lab.variable("PROXY_PASSWORD"))).toBe(200);
  });
});

test("under open all proxies are there, the generous ones also to 1194", async () => {
  await lab.setFirewall("open");
  const password = lab.variable("PROXY_PASSWORD");
  expect(await connectThrough("open", 1194)).toBe(200);
  expect(await connectThrough("tinyproxy", 1194)).toBe(200);
  expect(await connectThrough("tinyproxy", 8080)).toBe(403);
  expect(await connectThrough("digest", 443, "wrong")).toBe(407);
  expect(await connectThrough("digest", 443, password)).toBe(200);
  expect(await connectThrough("basic", 443, password)).toBe(200);
});

test("a firewall cuts the flows it forbids and leaves the others alone", async () => {
  await lab.setFirewall("open");
  const [kept, lost] = [443, 1194].map((port) =>
    lab.spawn("laptop", ["socat", "STDIO", `TCP4:${portalAddress}:${port}`]),
  );
  for (const flow of [kept!, lost!]) {
    flow.stdin.write("before\n");
    await flow.line(/before/);
  }
  await lab.setFirewall("only443");
  lost!.stdin.write("after\n");
  await lost!.exited; // though its stdin is still open
  expect(await textOf(lost!.stdout)).not.toContain("after");
  kept!.stdin.write("after\n");
  expect(await kept!.line(/after/)).toBe("after");
  await kept!.kill();
});
