import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Connect, Slice } from "../../contract/helper.ts";
import type { Lab } from "../lab/lab.ts";
import { openLab } from "../lab/open.ts";
import { addressOf } from "../lab/topology.ts";
import { HelperCaller, routesOf } from "./helper-caller.ts";
import { HostileServer, hostilePushes } from "./hostile-server.ts";
import { Laptop } from "./laptop.ts";

// Attacker: whoever is at the other end of the tunnel or on the way there: VPN server, DHCP server behind it, HTTP proxy.
// The helper is the real one; the technician's program asks it for a tunnel to the hostile place, as after a hostile ticket.

let lab: Lab;
let laptop: Laptop;
let server: HostileServer;
let before: string;
const callers: HelperCaller[] = [];

beforeAll(async () => {
  lab = await openLab({ stands: "product" });
  laptop = new Laptop(lab, "laptop");
  server = new HostileServer(lab);
  before = await laptop.bearings();
});

afterEach(async () => {
  for (const caller of callers.splice(0)) {
    await caller.ask({ type: "disconnect" }).catch(() => {});
    await caller.close();
  }
  await server.stop();
});

afterAll(async () => {
  await server.close();
  await lab.close();
});

async function caller(): Promise<HelperCaller> {
  const made = new HelperCaller(lab, "laptop", "tech");
  callers.push(made);
  await made.hello();
  return made;
}

async function causeOf(request: Omit<Connect, "id">): Promise<string> {
  const made = await caller();
  const answer = await made.ask(request);
  await made.ask({ type: "disconnect" });
  await made.close();
  return answer.type === "refusal" ? answer.cause : "up";
}

async function expectUntouched(): Promise<void> {
  expect(await laptop.leftovers()).toEqual([]);
  expect(await laptop.bearings()).toBe(before);
}

/** Networks that no tunnel may take, and why. */
const forbidden: readonly (readonly [string, string])[] = [
  ["0.0.0.0/0", "the default route"],
  ["0.0.0.0/1", "half of the internet"],
  ["128.0.0.0/1", "the other half"],
  [`${addressOf("portal")}/32`, "the portal"],
  ["203.0.113.0/24", "a public range"],
  ["8.0.0.0/8", "a public range"],
  ["192.168.178.0/24", "the office's own network"],
  ["192.168.178.1/32", "gateway and DNS server"],
  ["192.168.0.0/16", "a range that covers the office"],
  ["127.0.0.0/8", "loopback"],
  ["169.254.0.0/16", "link-local"],
  ["224.0.0.0/4", "multicast"],
  ["255.255.255.255/32", "broadcast"],
  ["10.77.0.0/16", "a range that covers the account's own network"],
  ["10.77.0.1/32", "the account's gateway"],
];

describe("a hostile VPN server", () => {
  test("that pushes routes, DNS, options and a wide netmask, with a DHCP server that adds default route, DNS and TunnelVision's static routes (CVE-2024-3661), captures nothing", async () => {
    await server.start("tap", hostilePushes);
    const dhcp = await server.hostileDhcp();
    const staticRoutesSent = dhcp.line(/sent size:.*option:121/);
    const tech = await caller();
    expect(await tech.ask(server.connect())).toMatchObject({ type: "reply" });
    // The attacks have really come.
    await staticRoutesSent;
    const log = JSON.stringify(await tech.ask({ type: "logs", lines: 2000 }));
    for (const push of ["redirect-gateway", "dhcp-option DNS", "ifconfig 10.0.0.2"]) expect(log).toContain(`'${push}`);

    expect(await laptop.tunnelRoutes()).toEqual(["10.77.0.0/20 via 10.77.0.1", "10.77.0.1"]);
    expect(await laptop.tunnelAddresses()).toEqual(["10.77.0.17/32"]);
    expect(await laptop.bearings()).toBe(before);
    for (const address of [addressOf("portal"), "8.8.8.8", "6.6.6.6", "10.1.2.3", "10.20.0.2", addressOf("office")]) {
      expect([address, await laptop.deviceTo(address)]).toEqual([address, "eth0"]);
    }
    const mtu = await lab.output("laptop", ["cat", "/sys/class/net/anslut0/mtu"]);
    expect(Number(mtu)).toBeGreaterThanOrEqual(1280);
    const v6 = await lab.output("laptop", ["ip", "-6", "route", "show", "dev", "anslut0"]);
    expect(v6).not.toMatch(/default|fd00/);

    // Attacker: the portal, by an intent with such networks. Each is refused by itself; a good one among them works.
    const asked = [...forbidden.map(([network]) => network), "192.168.55.0/24"];
    const results = routesOf(await tech.ask({ type: "setRoutes", networks: asked }));
    const taken = results.filter(({ state }) => state === "set").map(({ network }) => network);
    expect(taken).toEqual(["192.168.55.0/24"]);
    expect(await laptop.tunnelRoutes()).toEqual([
      "10.77.0.0/20 via 10.77.0.1",
      "10.77.0.1",
      "192.168.55.0/24 via 10.77.0.1",
    ]);
    expect(await laptop.bearings()).toBe(before);

    // 4,096 are as many as there may be; more are no request at all.
    const many = Array.from({ length: 4097 }, (_, index) => `172.16.${index >> 4}.${(index & 15) << 4}/28`);
    expect(routesOf(await tech.ask({ type: "setRoutes", networks: many.slice(0, 4096) }))).toHaveLength(4096);
    const greedy = new HelperCaller(lab, "laptop", "tech");
    callers.push(greedy);
    await greedy.hello();
    greedy.frame({ type: "setRoutes", id: 1, networks: many });
    expect(await greedy.ended()).toMatchObject({ type: "refusal", id: 0, cause: "badRequest" });

    await tech.ask({ type: "disconnect" });
    await expectUntouched();
  });

  test("that pushes another address to a TUN than the ticket's opens nothing", async () => {
    const addressing: Connect["addressing"] = { kind: "pushed", slices: [server.slice] };
    for (const pushed of ["10.0.0.2 255.0.0.0", "192.168.178.1 255.255.255.0", "10.77.0.18 255.255.240.0"]) {
      await server.start("tun", ["topology subnet", `ifconfig ${pushed}`, "redirect-gateway def1"]);
      expect([pushed, await causeOf(server.connect({ addressing }))]).toEqual([pushed, "leaseOutside"]);
      await server.stop();
    }
    await expectUntouched();
  });

  test("of another name or another authority than the ticket's is hung up on", async () => {
    await server.start("tap", [], "tunnel.elsewhere.test");
    expect(await causeOf(server.connect())).toBe("serverUntrusted");
    const { authority: _authority, ...rest } = server.connect().server;
    const foreign = { ...rest, name: "tunnel.elsewhere.test", authority: server.foreignAuthority() };
    expect(await causeOf(server.connect({ server: foreign }))).toBe("serverUntrusted");
    await expectUntouched();
  });
});

describe("a hostile DHCP server", () => {
  test("that gives an address outside of the ticket's slice gets no address set", async () => {
    await server.start("tap", []);
    await server.hostileDhcp("10.88.0.2");
    expect(await causeOf(server.connect())).toBe("leaseOutside");
    await expectUntouched();
  });

  test("that storms with refusals, other addresses and noise ends the dial, and nothing else", async () => {
    await server.start("tap", []);
    const storm = ["node", "/opt/repo/test/attack/probe/dhcp-storm.ts", "10.77.0.1"];
    await server.run(storm, /^ready$/);
    expect(["noLease", "leaseOutside"]).toContain(await causeOf(server.connect()));
    await expectUntouched();
  });
});

describe("a hostile portal's ticket", () => {
  const slice = (network: string, address: string, gateway: string): Slice => ({ network, address, gateway });
  test.each([
    ["a slice that is the internet", slice("0.0.0.0/0", "10.0.0.2", "10.0.0.1"), "routeRefused"],
    ["a slice of half the internet", slice("0.0.0.0/1", "10.0.0.2", "10.0.0.1"), "routeRefused"],
    ["a slice of all private addresses", slice("10.0.0.0/8", "10.0.0.2", "10.0.0.1"), "routeRefused"],
    ["a public slice around the portal", slice("203.0.113.0/24", "203.0.113.7", "203.0.113.8"), "routeRefused"],
    ["the office's network as slice", slice("192.168.178.0/24", "192.168.178.99", "192.168.178.1"), "accountOverlap"],
    ["a slice around the office's network", slice("192.168.0.0/16", "192.168.0.2", "192.168.0.1"), "accountOverlap"],
    ["loopback as slice", slice("127.0.0.0/16", "127.0.0.2", "127.0.0.1"), "routeRefused"],
    ["a gateway outside of its slice", slice("10.77.0.0/20", "10.77.0.17", "192.168.178.1"), "routeRefused"],
    ["an address outside of its slice", slice("10.77.0.0/20", "192.168.178.20", "10.77.0.1"), "routeRefused"],
    ["host bits", slice("10.77.0.1/20", "10.77.0.17", "10.77.0.1"), "routeRefused"],
  ])("with %s starts nothing", async (_, evil, cause) => {
    const addressing: Connect["addressing"] = { kind: "dhcp", mac: server.mac, slices: [evil] };
    expect(await causeOf(server.connect({ addressing }))).toBe(cause);
    await expectUntouched();
  });
});

describe("a hostile proxy", () => {
  const password = "Pr0xy-geheim-+&%";
  /** More than a head may be, far less than memory: what the kernels' buffers on the way may hold is in it. */
  const fewBytes = 16 << 20;

  test("with endless heads, endless questions, echoes of the password, redirects or noise costs a dial and tells nobody the password", async () => {
    const proxy = lab.spawn("proxy", ["node", "/opt/repo/test/attack/probe/hostile-proxy.ts"]);
    await proxy.line(/^ready$/);
    const sent = new Map<number, number>();
    proxy.stdout.on("data", (data: Buffer) => {
      for (const line of data.toString().split("\n").filter(Boolean)) {
        const told = JSON.parse(line) as { readonly port: number; readonly sent: number };
        sent.set(told.port, Math.max(told.sent, sent.get(told.port) ?? 0));
      }
    });
    for (let port = 9001; port <= 9009; port += 1) {
      const tech = await caller();
      const credentials = { username: "clerk", password };
      const answer = await tech.ask(
        server.connect({
          ways: [
            {
              host: addressOf("stranger"),
              port: 1194,
              proxy: { host: addressOf("proxy"), port, credentials },
              wrap: null,
            },
          ],
        }),
      );
      expect([port, answer.type]).toEqual([port, "refusal"]);
      await tech.ask({ type: "logs", lines: 2000 });
      const said = JSON.stringify(tech.messages);
      expect(said).not.toContain(password);
      expect(said).not.toContain(Buffer.from(`clerk:${password}`).toString("base64"));
      expect(said).not.toContain("169.254.169.254");
      await tech.close();
    }
    await proxy.kill();
    for (const [port, bytes] of sent) expect([port, bytes < fewBytes]).toEqual([port, true]);
    expect(await lab.log("laptop", "helper")).not.toContain(password);
    await expectUntouched();
  });
});
