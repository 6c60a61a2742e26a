import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExchangeAccount, ExchangeMessage } from "../../contract/exchange.ts";
import { newServerKey } from "../tls-crypt/key.ts";
import { Stage, tunnelOf } from "./testing/stage.ts";
import { outcomeOf, said, whyNoWorld } from "./testing/world.ts";

type Authorise = Extract<ExchangeMessage, { type: "authorise" }>;

const why = whyNoWorld();
if (why !== undefined) console.warn(`tunnel.test.ts is left out: ${why}`);

describe.skipIf(why !== undefined)("a technician's tunnel", { timeout: 30_000 }, () => {
  let stage: Stage;
  let account: ExchangeAccount;

  const told = (type: ExchangeMessage["type"], tunnel: string) =>
    stage.web.messages.filter((message) => message.type === type && "tunnel" in message && message.tunnel === tunnel);

  beforeAll(async () => {
    stage = await Stage.open();
    account = stage.account("a", 1);
    const start = performance.now();
    await stage.ensureAccount(account);
    console.info(`account made in ${Math.round(performance.now() - start)} ms`);
  }, 30_000);
  afterAll(() => stage?.close());

  it("listens a moment after it was asked for, and answers the same when asked again", async () => {
    const times: number[] = [];
    for (let number = 1; number <= 8; number += 1) {
      const start = performance.now();
      await stage.openTunnel(tunnelOf(account, `quick-${number}`, 200 + number));
      times.push(Math.round(performance.now() - start));
    }
    console.info(`tunnels listened after ${times.join(", ")} ms`);
    expect(Math.min(...times)).toBeLessThan(70);
    const tunnel = tunnelOf(account, "quick-1", 201);
    const [first, second] = [1, 2].map(() => stage.web.request({ type: "openTunnel", tunnel }));
    expect((await first)?.type).toBe("reply");
    expect({ ...(await first), id: 0 }).toEqual({ ...(await second), id: 0 });
    for (let number = 1; number <= 8; number += 1) {
      await stage.done({ type: "closeTunnel", tunnel: `quick-${number}`, reason: "revoked" });
    }
    expect((await stage.world.run("anslut-1", ["ip", "-br", "link"])).output).not.toMatch(/tap/);
  });

  it("runs without any privilege, with an empty environment and no secret in its arguments", async () => {
    await stage.openTunnel(tunnelOf(account, "bare", 30));
    const { output } = await stage.world.run("portal", ["pgrep", "-u", "200001", "-x", "openvpn"]);
    const pids = output.trim().split("\n");
    expect(pids).toHaveLength(2); // this one and the routers'
    for (const pid of pids) {
      const read = (name: string) => stage.world.run("portal", ["cat", `/proc/${pid}/${name}`]);
      const { output: status } = await read("status");
      expect(status).toMatch(/^Uid:\t200001\t200001\t200001/m);
      expect(status).toMatch(/^CapEff:\t0{16}$/m);
      expect(status).toMatch(/^CapBnd:\t0{16}$/m);
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      expect((await read("environ")).output).toBe("");
      expect((await read("cmdline")).output.split("\0")).toEqual(["/usr/sbin/openvpn", "--config", "stdin", ""]);
    }
    await stage.done({ type: "closeTunnel", tunnel: "bare", reason: "revoked" });
  });

  it("carries a technician through front: connected, leased in either slice, echo", async () => {
    const tunnel = tunnelOf(account, "first", 17);
    await stage.openTunnel(tunnel);
    const { client, connectedMs } = await stage.dial("laptop", tunnel, "tapa");
    console.info(`client started → CONNECTED through front in ${connectedMs} ms`);
    await stage.web.until(() => told("tunnelOpened", "first").length === 1);
    const question = stage.web.messages.find((message) => message.type === "authorise");
    const opened = stage.toFront.messages.find((message) => message.type === "opened");
    expect(question).toMatchObject({ kind: "technician", username: "first", password: "right", again: false });
    expect(question).toMatchObject({ sourcePort: opened?.type === "opened" ? opened.sourcePort : -1 });

    expect(await stage.lease("laptop", "tapa", "anslut-1")).toBe("lease of 10.65.0.17 obtained from 10.65.0.1");
    expect(await stage.lease("laptop", "tapa", "anslut-2")).toBe("lease of 10.101.0.17 obtained from 10.101.0.1");
    expect(await stage.lease("laptop", "tapa", "something")).toBe("lease of 10.65.0.17 obtained from 10.65.0.1");

    for (const [address, gateway] of [
      ["10.65.0.17", "10.65.0.1"],
      ["10.101.0.17", "10.101.0.1"],
    ] as const) {
      await stage.address("laptop", "tapa", address, []);
      const seen = await stage.seen("laptop", "echo", gateway, 6477, address);
      expect(seen.echo).toBeTypeOf("number");
    }
    expect((await stage.world.run("laptop", ["ping", "-c1", "-W1", "10.65.0.1"])).code).toBe(0);
    await stage.web.until(() => told("tunnelTraffic", "first").length > 0);

    const ended = outcomeOf(client);
    const start = performance.now();
    await stage.done({ type: "closeTunnel", tunnel: "first", reason: "revoked" });
    console.info(`closed in ${Math.round(performance.now() - start)} ms`);
    expect((await ended).output).toMatch(/halt.*revoked/i);
    const [closed] = told("tunnelClosed", "first");
    expect(closed).toMatchObject({ account: "a", detail: "disconnected" });
    expect(closed?.type === "tunnelClosed" ? closed.received : 0).toBeGreaterThan(500);
  });

  it("turns a wrong password away in a fraction of a second, and stays for the right one", async () => {
    const tunnel = tunnelOf(account, "denied", 18);
    await stage.openTunnel(tunnel);
    const start = performance.now();
    const { output } = await outcomeOf(stage.startClient("laptop", tunnel, "tapb", { password: "wrong" }));
    console.info(`denied in ${Math.round(performance.now() - start)} ms`);
    expect(performance.now() - start).toBeLessThan(900); // the client's own timer would be 1 s
    expect(output).toMatch(/AUTH_FAILED,ticketRefused|auth-failure|AUTH: Received control message: AUTH_FAILED/);
    const { client } = await stage.dial("laptop", tunnel, "tapb");
    client.kill();
    await stage.done({ type: "closeTunnel", tunnel: "denied", reason: "revoked" });
  });

  it("does not ask web about whoever comes with another name", async () => {
    const tunnel = tunnelOf(account, "named", 19);
    await stage.openTunnel(tunnel);
    const before = stage.web.messages.filter((message) => message.type === "authorise").length;
    for (const username of ["another", 'named"', "näme", "named named"]) {
      const client = stage.startClient("laptop", tunnel, "tapb", { username });
      expect((await outcomeOf(client)).output).toMatch(/AUTH_FAILED/);
    }
    expect(stage.web.messages.filter((message) => message.type === "authorise")).toHaveLength(before);
    await stage.done({ type: "closeTunnel", tunnel: "named", reason: "revoked" });
  });

  it("does not open a key that was wrapped for another account's server, and stays for one of its own", async () => {
    const tunnel = tunnelOf(account, "misrouted", 26);
    await stage.openTunnel(tunnel);
    const admit = stage.toFront.admit;
    stage.toFront.admit = (question) => ({ ...admit(question), accountKey: newServerKey() });
    const { output } = await outcomeOf(stage.startClient("laptop", tunnel, "tapb"));
    expect(output).toMatch(/Connection reset/);
    stage.toFront.admit = admit;
    await stage.dial("laptop", tunnel, "tapb");
    await stage.done({ type: "closeTunnel", tunnel: "misrouted", reason: "revoked" });
  });

  it("is asked about again at a renegotiation and lives on", async () => {
    const tunnel = tunnelOf(account, "again", 20);
    await stage.openTunnel(tunnel);
    const client = stage.startClient("laptop", tunnel, "tapb", { options: ["reneg-sec 3"] });
    await said(client, /Initialization Sequence Completed/);
    const asked = await stage.web.wait(
      (message): message is Authorise => message.type === "authorise" && message.username === "again" && message.again,
    );
    expect(asked).toMatchObject({ kind: "technician", password: "right" });
    await stage.world.run("laptop", ["ip", "link", "set", "tapb", "up"]);
    expect(await stage.lease("laptop", "tapb", "anslut-1")).toMatch(/^lease of 10\.65\.0\.20/);
    await stage.done({ type: "closeTunnel", tunnel: "again", reason: "revoked" });
  });

  it("is cut though the client is deaf to being told", async () => {
    const tunnel = tunnelOf(account, "deaf", 21);
    await stage.openTunnel(tunnel);
    await stage.dial("laptop", tunnel, "tapb");
    await stage.world.run("portal", ["pkill", "-STOP", "-f", "openvpn --config /run/anslut-portal/deaf.conf"]);
    const start = performance.now();
    await stage.done({ type: "closeTunnel", tunnel: "deaf", reason: "revoked" });
    expect(performance.now() - start).toBeLessThan(1000);
    expect(told("tunnelClosed", "deaf")).toHaveLength(1);
    await stage.world.run("portal", ["pkill", "-KILL", "-f", "openvpn --config /run/anslut-portal/deaf.conf"]);
  });

  it("gives way to a newer one of the same technician at once, whose rights hold", async () => {
    const old = tunnelOf(account, "old", 22);
    await stage.openTunnel(old);
    await stage.dial("laptop", old, "tapb");
    const flows = ["old", "new"].map(
      (tunnel) => ({ tunnel, destination: "192.168.0.0/24", protocol: "any", ports: null }) as const,
    );
    await stage.done({ type: "setFlows", account: "a", flows });
    const start = performance.now();
    await stage.openTunnel(tunnelOf(account, "new", 22));
    console.info(`replaced in ${Math.round(performance.now() - start)} ms`);
    await stage.web.until(() => told("tunnelClosed", "old").length === 1);
    const { output } = await stage.world.run("anslut-1", ["nft", "list", "table", "inet", "anslut"]);
    expect(output).toMatch(/_out \{\s+ip daddr 192\.168\.0\.0\/24 accept/);
    const { client } = await stage.dial("laptop", tunnelOf(account, "new", 22), "tapc");
    expect(await stage.lease("laptop", "tapc", "anslut-1")).toMatch(/^lease of 10\.65\.0\.22/);
    client.kill();
    await stage.done({ type: "setFlows", account: "a", flows: [] });
    await stage.done({ type: "closeTunnel", tunnel: "new", reason: "revoked" });
  });

  it("leases an address to its next owner though the last one's lease has hours to go", async () => {
    const before = tunnelOf(account, "before", 23);
    await stage.openTunnel(before);
    await stage.dial("laptop", before, "tapb");
    expect(await stage.lease("laptop", "tapb", "anslut-1")).toMatch(/^lease of 10\.65\.0\.23/);
    await stage.done({ type: "closeTunnel", tunnel: "before", reason: "revoked" });
    const after = { ...tunnelOf(account, "after", 23), mac: "02:a5:00:00:99:99" };
    await stage.openTunnel(after);
    await stage.dial("laptop", after, "tapb");
    expect(await stage.lease("laptop", "tapb", "anslut-1")).toMatch(/^lease of 10\.65\.0\.23/);
    await stage.done({ type: "closeTunnel", tunnel: "after", reason: "revoked" });
  });

  it("of the kind for macOS gets its address pushed, and the echo answers it", async () => {
    const tunnel = { ...tunnelOf(account, "mac", 24), device: "tun" } as const;
    await stage.openTunnel(tunnel);
    await stage.dial("laptop", tunnel, "tunb");
    expect((await stage.world.run("laptop", ["ip", "-br", "addr"])).output).toMatch(/tunb .*10\.65\.0\.24\/20/);
    expect((await stage.seen("laptop", "echo", "10.65.0.1", 6477, "10.65.0.24")).echo).toBeTypeOf("number");
    await stage.done({ type: "closeTunnel", tunnel: "mac", reason: "revoked" });
  });

  it("is told of as closed when its process dies", async () => {
    const tunnel = tunnelOf(account, "dying", 25);
    await stage.openTunnel(tunnel);
    await stage.dial("laptop", tunnel, "tapb");
    const { output } = await stage.world.run("portal", ["pgrep", "-u", "200001", "-x", "openvpn"]);
    const newest = output.trim().split("\n").at(-1) ?? "";
    await stage.world.run("portal", ["kill", "-KILL", newest]);
    await stage.web.until(() => told("tunnelClosed", "dying").length === 1);
    expect((await stage.web.request({ type: "closeTunnel", tunnel: "dying", reason: "revoked" })).type).toBe("reply");
  });

  it("is refused with addresses that are no technician's", async () => {
    for (const addresses of [
      ["10.65.0.1", "10.101.0.1"],
      ["10.65.0.30", "10.101.0.31"],
      ["10.65.8.30", "10.101.8.30"],
    ]) {
      const [primary = "", second = ""] = addresses;
      const tunnel = { ...tunnelOf(account, "odd", 40), addresses: [primary, second] as [string, string] };
      expect(await stage.web.request({ type: "openTunnel", tunnel })).toMatchObject({
        type: "refusal",
        cause: "badRequest",
      });
    }
  });

  it("leaves nothing of its secrets on disk", () => {
    const directory = `${stage.world.directory}/exchange/1`;
    for (const name of readdirSync(directory, { withFileTypes: true })) {
      if (name.isFile()) expect(readFileSync(`${directory}/${name.name}`, "utf8")).not.toMatch(/PRIVATE|tls-crypt/);
    }
  });
});
