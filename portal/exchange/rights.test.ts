import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExchangeAccount, ExchangeMessage, Flow } from "../../contract/exchange.ts";
import { Stage, tunnelOf } from "./testing/stage.ts";
import { outcomeOf, said, whyNoWorld } from "./testing/world.ts";

const why = whyNoWorld();
if (why !== undefined) console.warn(`rights.test.ts is left out: ${why}`);

const plc = "192.168.0.10";
const other = "192.168.0.11";

describe.skipIf(why !== undefined)("rights and walls", { timeout: 30_000 }, () => {
  let stage: Stage;
  let account: ExchangeAccount;

  const setFlows = (...flows: readonly Omit<Flow, "tunnel">[]) =>
    stage.done({
      type: "setFlows",
      account: "a",
      flows: flows.map((flow) => ({ tunnel: "tech", ...flow })),
    });
  const tcp = (destination: string, port: number): Omit<Flow, "tunnel"> => ({
    destination,
    protocol: "tcp",
    ports: [port, port],
  });
  const closed = (tunnel: string) => (message: ExchangeMessage) =>
    message.type === "tunnelClosed" && message.tunnel === tunnel;
  const drops = async (chain: string) => {
    const { output } = await stage.world.run("anslut-1", ["nft", "list", "chain", ...chain.split(" ")]);
    return [...output.matchAll(/counter packets (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  };

  beforeAll(async () => {
    stage = await Stage.open();
    account = stage.account("a", 1);
    await stage.ensureAccount(account);
    const tech = tunnelOf(account, "tech", 17);
    const visitor = tunnelOf(account, "visitor", 18);
    await Promise.all([stage.openTunnel(tech), stage.openTunnel(visitor)]);
    stage.web.authorise = ({ kind }) =>
      kind === "router"
        ? { type: "allow", networks: ["192.168.0.0/24"], address: "10.65.8.5" }
        : { type: "allow", networks: [], address: null };
    await Promise.all([stage.dial("laptop", tech, "tapa"), stage.dial("visitor", visitor, "tapa")]);
    const { connectedMs } = await stage.dialRouter("a", "r1");
    console.info(`router started → CONNECTED in ${connectedMs} ms`);
    await stage.world.run("factory", ["ip", "route", "add", "10.65.0.0/20", "dev", "tunr1"]);
    for (const [host, offset] of [
      ["laptop", 17],
      ["visitor", 18],
    ] as const) {
      await stage.address(host, "tapa", `10.65.0.${offset}`, ["10.65.0.0/20", "192.168.0.0/24"]);
    }
    for (const [address, port] of [
      [plc, 102],
      [plc, 80],
      [other, 102],
    ] as const) {
      await said(stage.probe("plc", "serve", address, port), /listening/);
    }
    await said(stage.probe("factory", "reflect", "10.65.8.5", 6477), /listening/);
  }, 30_000);
  afterAll(() => stage?.close());

  it("a router's networks have a route, and it is known by its certificate", async () => {
    const { output } = await stage.world.run("anslut-1", ["ip", "route"]);
    expect(output).toMatch(/^192\.168\.0\.0\/24 dev tunr/m);
    const question = stage.web.messages.find((message) => message.type === "authorise" && message.kind === "router");
    expect(question).toMatchObject({ username: "r1", certificate: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it("without a right the answer is a refusal within a moment, never silence", async () => {
    await setFlows();
    for (const [address, port] of [
      [plc, 102],
      [plc, 9],
      ["10.65.8.5", 80],
    ] as const) {
      const seen = await stage.seen("laptop", "tcp", address, port);
      expect(seen).toMatchObject({ ended: "EHOSTUNREACH" });
      expect(seen.ms).toBeLessThan(500);
    }
    const { output } = await stage.world.run("laptop", ["ping", "-c1", "-W1", plc]);
    expect(output).toMatch(/Packet filtered/);
  });

  it("a right opens exactly its address, protocol and port", async () => {
    await setFlows(tcp(`${plc}/32`, 102));
    expect(await stage.seen("laptop", "tcp", plc, 102)).toMatchObject({ connected: true });
    expect(await stage.seen("laptop", "tcp", plc, 80)).toMatchObject({ ended: "EHOSTUNREACH" });
    expect(await stage.seen("laptop", "tcp", other, 102)).toMatchObject({ ended: "EHOSTUNREACH" });
    expect(await stage.seen("visitor", "tcp", plc, 102)).toMatchObject({ ended: "EHOSTUNREACH" });
    expect((await stage.world.run("laptop", ["ping", "-c1", "-W1", plc])).code).not.toBe(0);
  });

  it("rights that overlap stand together", async () => {
    await setFlows(
      { destination: "192.168.0.0/24", protocol: "tcp", ports: [1, 1000] },
      { destination: `${plc}/32`, protocol: "tcp", ports: [80, 2000] },
      tcp(`${plc}/32`, 102),
      { destination: "192.168.0.0/24", protocol: "icmp", ports: null },
      { destination: `${other}/32`, protocol: "any", ports: null },
    );
    expect(await stage.seen("laptop", "tcp", plc, 102)).toMatchObject({ connected: true });
    expect(await stage.seen("laptop", "tcp", other, 102)).toMatchObject({ connected: true });
    expect(await stage.seen("laptop", "tcp", plc, 1500)).toMatchObject({ ended: "ECONNREFUSED" }); // by the PLC itself
    expect((await stage.world.run("laptop", ["ping", "-c1", "-W1", plc])).code).toBe(0);
  });

  it("taking a right away cuts what is established, on both sides, and nothing else", async () => {
    await setFlows(tcp(`${plc}/32`, 102), tcp(`${other}/32`, 102));
    const plcSide = stage.probe("plc", "serve", plc, 4840);
    await said(plcSide, /listening/);
    await setFlows(tcp(`${plc}/32`, 4840), tcp(`${other}/32`, 102));
    const doomed = stage.probe("laptop", "tcp", plc, 4840, "stay");
    const spared = stage.probe("laptop", "tcp", other, 102, "stay");
    await Promise.all([said(doomed, /connected/), said(spared, /connected/)]);
    const ended = said(doomed, /ended/);
    const lost = said(plcSide, /lost/);
    const start = performance.now();
    await setFlows(tcp(`${other}/32`, 102));
    const done = performance.now() - start;
    expect(JSON.parse(await ended)).toMatchObject({ ended: "ECONNRESET" });
    console.info(`right taken away in ${Math.round(done)} ms, cut after ${Math.round(performance.now() - start)} ms`);
    expect(performance.now() - start).toBeLessThan(1000);
    plcSide.kill();
    lost.catch(() => {});
    expect(spared.exitCode).toBeNull();
    spared.kill();
  });

  it("the second slice leads to the same places, and the router knows only the primary", async () => {
    await setFlows(tcp(`${plc}/32`, 102), { destination: "10.65.8.5/32", protocol: "udp", ports: [6477, 6477] });
    await stage.address("laptop", "tapa", "10.101.0.17", []);
    await stage.world.run("laptop", ["ip", "route", "add", "10.101.0.0/20", "via", "10.101.0.1", "src", "10.101.0.17"]);
    expect((await stage.seen("laptop", "echo", "10.65.8.5", 6477, "10.65.0.17")).echo).toBeTypeOf("number");
    expect((await stage.seen("laptop", "echo", "10.101.8.5", 6477, "10.101.0.17")).echo).toBeTypeOf("number");
    const seen = stage.probe("plc", "serve", plc, 502);
    await said(seen, /listening/);
    await setFlows(tcp(`${plc}/32`, 502));
    await stage.world.run("laptop", [
      "ip",
      "route",
      "replace",
      "192.168.0.0/24",
      "via",
      "10.101.0.1",
      "src",
      "10.101.0.17",
    ]);
    const from = said(seen, /from/);
    expect(await stage.seen("laptop", "tcp", plc, 502)).toMatchObject({ connected: true });
    expect(JSON.parse(await from)).toEqual({ from: "10.65.0.17" });
    await stage.world.run("laptop", [
      "ip",
      "route",
      "replace",
      "192.168.0.0/24",
      "via",
      "10.65.0.1",
      "src",
      "10.65.0.17",
    ]);
    seen.kill();
  });

  it("a technician reaches no other technician, with any right", async () => {
    await setFlows({ destination: "10.65.0.0/20", protocol: "any", ports: null });
    await said(stage.probe("visitor", "serve", "10.65.0.18", 8080), /listening/);
    expect(await stage.seen("laptop", "tcp", "10.65.0.18", 8080)).toMatchObject({ ended: "silence" });
    expect((await stage.world.run("laptop", ["ping", "-c2", "-W1", "10.65.0.18"])).code).not.toBe(0);
  });

  it("another's MAC or address gets no answer, in ARP as in IP", async () => {
    await setFlows({ destination: "192.168.0.0/24", protocol: "any", ports: null });
    const alive = () => stage.world.run("laptop", ["ping", "-c1", "-W1", "10.65.0.1"]);
    expect((await alive()).code).toBe(0);
    const before = await drops("inet anslut guard");
    await stage.world.run("laptop", ["ip", "link", "set", "tapa", "address", "02:a5:00:00:00:12"]);
    expect((await alive()).code).not.toBe(0);
    expect(await stage.lease("laptop", "tapa", "anslut-1")).not.toMatch(/lease of/);
    await stage.world.run("laptop", ["ip", "link", "set", "tapa", "address", "02:a5:00:00:00:11"]);
    expect((await alive()).code).toBe(0);
    await stage.world.run("laptop", ["ip", "addr", "add", "10.65.0.18/32", "dev", "tapa"]);
    const arpBefore = await drops("arp anslut input");
    await stage.world.run("laptop", ["ip", "neigh", "flush", "dev", "tapa"]);
    const spoofed = await stage.world.run("laptop", ["ping", "-c2", "-W1", "-I", "10.65.0.18", "10.65.0.1"]);
    expect(spoofed.code).not.toBe(0);
    await stage.world.run("laptop", ["ip", "addr", "del", "10.65.0.18/32", "dev", "tapa"]);
    expect(await drops("inet anslut guard")).toBeGreaterThan(before);
    expect(await drops("arp anslut input")).toBeGreaterThan(arpBefore);
    // The one who was aped lost nothing.
    expect((await stage.world.run("visitor", ["ping", "-c1", "-W1", "10.65.0.1"])).code).toBe(0);
  });

  it("a router opens nothing towards technicians, and nothing of the portal", async () => {
    const toTechnician = await stage.world.run("factory", ["ping", "-c1", "-W1", "-I", "10.65.8.5", "10.65.0.17"]);
    expect(toTechnician.code).not.toBe(0);
    await said(stage.probe("laptop", "serve", "10.65.0.17", 8081), /listening/);
    expect(await stage.seen("factory", "tcp", "10.65.0.17", 8081)).toMatchObject({ ended: "silence" });
    expect((await stage.seen("factory", "echo", "10.65.0.1", 6477)).echo).toBeTypeOf("number");
  });

  it("a flood of echoes is answered a hundred times a second, and others are answered all the same", async () => {
    const flood = `const s = require("node:dgram").createSocket("udp4"); let answers = 0;
      s.on("message", () => { answers += 1; });
      for (let n = 0; n < 5000; n += 1) s.send(Buffer.alloc(16), 6477, "10.65.0.1");
      setTimeout(() => { console.log(JSON.stringify({ answers })); process.exit(0); }, 1000);`;
    const flooding = outcomeOf(stage.world.start("laptop", [process.execPath, "-e", flood]));
    expect((await stage.seen("visitor", "echo", "10.65.0.1", 6477)).echo).toBeTypeOf("number");
    const { answers } = JSON.parse((await flooding).output);
    expect(answers).toBeGreaterThan(0);
    expect(answers).toBeLessThan(400);
  });

  it("an account's processes reach nothing outside their namespace", async () => {
    const uid = ["setpriv", "--reuid=200001", "--regid=200001", "--clear-groups"];
    const attempt = (address: string, port: number) =>
      outcomeOf(
        stage.world.start("anslut-1", [
          ...uid,
          process.execPath,
          `${import.meta.dirname}/testing/probe.ts`,
          "tcp",
          address,
          String(port),
        ]),
      );
    for (const [address, port] of [
      ["169.254.64.1", 443],
      ["198.51.1.1", 443],
      ["10.65.0.17", 8081],
      [plc, 102],
    ] as const) {
      expect((await attempt(address, port)).output).not.toMatch(/connected/);
    }
  });

  it("a router that is deaf to being told is cut, and a network that another one brings too keeps its route", async () => {
    await stage.dialRouter("a", "r2");
    await stage.world.run("portal", ["pkill", "-STOP", "-f", "openvpn --config /run/anslut-portal/r2.conf"]);
    const start = performance.now();
    await stage.done({ type: "closeTunnel", tunnel: "r2", reason: "revoked" });
    expect(performance.now() - start).toBeLessThan(1000);
    await stage.web.until(() => stage.web.messages.some(closed("r2")));
    expect((await stage.world.run("anslut-1", ["ip", "route"])).output).toMatch(/^192\.168\.0\.0\/24 dev tunr/m);
    await stage.world.run("portal", ["pkill", "-KILL", "-f", "openvpn --config /run/anslut-portal/r2.conf"]);
  });

  it("a network whose router has gone has no route any more, and says so at once", async () => {
    await stage.done({ type: "closeTunnel", tunnel: "r1", reason: "revoked" });
    await stage.web.until(() => stage.web.messages.some(closed("r1")));
    const seen = await stage.seen("laptop", "tcp", plc, 102);
    expect(seen.ended).toBe("ENETUNREACH");
    expect(seen.ms).toBeLessThan(500);
  });
});
