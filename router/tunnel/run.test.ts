import { createSocket } from "node:dgram";
import { rm } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CauseError } from "../../contract/causes.ts";
import { CredentialStore } from "../credentials/credentials.ts";
import { removal } from "../firewall/template.ts";
import { Bench } from "../testing/run-bench.ts";
import { sampleTicket } from "../testing/samples.ts";
import { standingRules } from "./serve.ts";

let bench: Bench;

beforeEach(async () => {
  bench = await Bench.make();
});
afterEach(() => bench.clear());

describe("a router that runs", () => {
  test("has its firewall before it has a tunnel, and is connected by the way that won", async () => {
    bench.start();
    expect(await bench.until("connected")).toMatchObject({
      endpoint: "portal.example:443",
      address: "127.0.0.1",
      adapter: "anslut9",
    });
    expect(bench.rules[0]).toBe(standingRules(bench.store));
    expect(bench.rules[1]).toContain('iifname "anslut9" oifname "lan0" ip saddr { 127.0.0.0/20 }');
    expect(bench.helper.requests).toHaveLength(1);
    expect(bench.helper.requests[0]).toMatchObject({
      type: "connect",
      ticket: "T-77",
      addressing: { kind: "pushed" },
      identity: { certificate: bench.store.current.certificate, privateKey: bench.store.current.privateKey },
      ways: [1194, 443, 80, 443].map((port) => ({ port, proxy: null })),
    });
  });

  test("tries the way that worked first", async () => {
    await bench.store.change({ way: "portal.example:80 direct bare" });
    bench.start();
    await bench.until("connected");
    expect(bench.helper.requests[0]).toMatchObject({
      ways: [{ port: 80 }, { port: 1194 }, { port: 443 }, { port: 443 }],
    });
    expect((await CredentialStore.open(bench.directory)).current.way).toBe("portal.example:1194 direct bare");
  });

  test("answers echoes while it is connected, and not after", async () => {
    bench.start();
    await bench.until("connected");
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    const answer = new Promise<Buffer>((resolve) => socket.once("message", resolve));
    socket.send(Buffer.alloc(16, 7), bench.echoPort, "127.0.0.1");
    expect(await answer).toEqual(Buffer.alloc(16, 7));
    await bench.stop();
    const free = createSocket("udp4");
    await new Promise<void>((resolve) =>
      free.bind({ port: bench.echoPort, address: "127.0.0.1", exclusive: true }, resolve),
    );
    free.close();
    socket.close();
  });

  test("ends clean: the tunnel is hung up and the firewall taken away", async () => {
    bench.start();
    await bench.until("connected");
    await bench.stop();
    expect(bench.helper.types().at(-1)).toBe("disconnect");
    expect(bench.rules.at(-1)).toBe(removal);
    expect(bench.reports.at(-1)).toEqual({ state: "stopped" });
  });

  test("ends clean also while it dials", async () => {
    bench.ticket = () => new Promise(() => undefined);
    bench.start();
    await bench.until("connecting");
    await bench.stop();
    expect(bench.rules.at(-1)).toBe(removal);
  });

  test("comes back at once when the portal ends a tunnel that stood, with a new ticket and password", async () => {
    bench.start();
    await bench.until("connected");
    bench.clock.pass(60_000);
    bench.helper.event({ type: "closed", cause: "tunnelReplaced", detail: "" });
    expect(await bench.until("waiting")).toMatchObject({ failure: { cause: "tunnelReplaced" }, delayMs: 0 });
    await bench.clock.fire(0);
    await bench.until("connected");
    expect(bench.passwords).toEqual(["first", "p1"]);
    expect(bench.rules.at(2)).toBe(standingRules(bench.store));
  });

  test("waits longer and longer for a portal that does not answer", async () => {
    bench.ticket = () => Promise.reject(new CauseError("noWay"));
    bench.start();
    const delays: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      const { delayMs } = await bench.until("waiting");
      delays.push(delayMs);
      await bench.clock.fire(delayMs);
    }
    expect(delays).toEqual([0, 1000, 2000, 5000, 10_000, 20_000, 30_000, 30_000]);
  }, 30_000);

  test("waits for its helper, and wastes no ticket meanwhile", async () => {
    await bench.helper[Symbol.asyncDispose]();
    bench.start();
    expect(await bench.until("waiting")).toMatchObject({ failure: { cause: "helperMissing" } });
    expect(bench.passwords).toEqual([]);
  });

  test("comes back when the helper dies", async () => {
    bench.start();
    await bench.until("connected");
    bench.helper.crash();
    const { delayMs } = await bench.until("waiting");
    await bench.clock.fire(delayMs);
    await bench.until("connected");
  });

  test("gives back what the helper refused, and tries again", async () => {
    bench.helper.refusal = "openvpnDied";
    bench.start();
    expect(await bench.until("waiting")).toMatchObject({ failure: { cause: "openvpnDied" } });
    bench.helper.refusal = null;
    await bench.clock.fire(0);
    await bench.until("connected");
  });

  test("ends the tunnel of an earlier run that was killed", async () => {
    bench.helper.tunnel = "own";
    bench.start();
    await bench.until("connected");
    expect(bench.helper.types()).toEqual(["resume", "disconnect", "connect"]);
  });

  test("leaves another user's tunnel alone", async () => {
    bench.helper.tunnel = "foreign";
    bench.start();
    expect(await bench.until("waiting")).toMatchObject({ failure: { cause: "busy" } });
    expect(bench.passwords).toEqual([]);
  });

  test("has its route set again when something took it away", async () => {
    bench.start();
    await bench.until("connected");
    bench.helper.event({ type: "routesLost", networks: ["127.0.0.0/20"] });
    bench.helper.event({ type: "log", at: "2026-11-21T11:30:00.250Z", level: "warn", text: "route lost" });
    await bench.until("helper");
    expect(bench.helper.types()).toEqual(["connect", "setRoutes"]);
  });

  test("serves the other LANs where one cannot be, and says which", async () => {
    const bad = { network: "0.0.0.0/0", standIn: null, sourceNat: false };
    bench.ticket = async () => sampleTicket({ lans: [bad, ...sampleTicket().lans] });
    bench.start();
    expect(await bench.until("warning")).toMatchObject({ warning: "lanRefused", values: { network: "0.0.0.0/0" } });
    expect(bench.rules[1]).toContain("ip daddr { 192.168.0.0/24 } accept");
  });

  test("warns of a LAN that is not there and of a kernel that does not forward, also when that comes later", async () => {
    bench.forwarding = "0";
    bench.start();
    expect(await bench.until("warning")).toMatchObject({
      warning: "forwardingOff",
      values: { devices: "anslut9, lan0" },
    });
    bench.forwarding = "1";
    bench.standing = [];
    bench.helper.event({ type: "networkChanged" });
    expect(await bench.until("warning")).toMatchObject({
      warning: "lanElsewhere",
      values: { network: "192.168.0.0/24" },
    });
  });

  test("stops where the kernel takes no rules: without a firewall it must not forward", async () => {
    bench.refuseRules = true;
    await expect(bench.run()).rejects.toMatchObject({ key: "rulesRefused" });
    expect(bench.passwords).toEqual([]);
  });

  test("stops where a new password cannot be kept, and leaves the firewall", async () => {
    bench.ticket = async () => {
      await rm(bench.directory, { recursive: true });
      return sampleTicket();
    };
    await expect(bench.run()).rejects.toMatchObject({ key: "diskFault" });
    expect(bench.rules.at(-1)).not.toBe(removal);
  });
});
