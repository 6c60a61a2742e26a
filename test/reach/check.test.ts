import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Judged, Probe } from "../../contract/agent.ts";
import type { Lab } from "../lab/lab.ts";
import { openLab } from "../lab/open.ts";
import type { Technician } from "../stage/technician.ts";
import { administer, connectionTo, signedIn } from "./scene.ts";

let lab: Lab;
let technician: Technician;

beforeAll(async () => {
  lab = await openLab({ stands: "product" });
  technician = await signedIn(lab);
  await technician.must(["connect", "press-1"]);
  await technician.must(["connect", "press-2"]);
});

afterAll(() => lab.close());

interface Report {
  readonly devices: readonly Judged[];
  readonly probes: readonly Probe[];
}

async function check(
  ...words: readonly string[]
): Promise<{ readonly judged: Judged; readonly probes: readonly Probe[] }> {
  const { value } = await technician.say(["check", ...words]);
  const { devices, probes } = value as unknown as Report;
  expect(devices, JSON.stringify(value)).toHaveLength(1);
  return { judged: devices[0]!, probes };
}

const plc = "192.168.0.10";

/** A cure is at work when the router has heard of it, which is a moment after the administrator's command. */
const verdictOf = async (machine: string): Promise<string> => (await check(machine, "--address", plc)).judged.verdict;

describe("the reachability test", () => {
  test("looks from both sides, and says that all is well", async () => {
    const { judged, probes } = await check("press-1", "--address", plc);
    expect(judged).toEqual({ address: plc, reachedAs: plc, verdict: "good", port: null, cure: null });
    for (const from of ["router", "laptop"]) {
      expect(probes).toContainEqual({ from, address: plc, by: "tcp", port: 502, outcome: "answers" });
      expect(probes).toContainEqual({ from, address: plc, by: "tcp", port: 102, outcome: "refused" });
      expect(probes).toContainEqual({ from, address: plc, by: "icmp", port: null, outcome: "answers" });
    }
    expect(probes).toContainEqual({ from: "router", address: plc, by: "arp", port: null, outcome: "answers" });
  });

  test("names a port that is closed on the device itself", async () => {
    const { judged } = await check("press-1", "--address", plc, "--port", "102");
    expect(judged).toMatchObject({ verdict: "portClosed", port: 102 });
  });

  test("finds that nobody has the address", async () => {
    const { judged } = await check("press-1", "--address", "192.168.0.77");
    expect(judged).toMatchObject({ verdict: "deviceAbsent" });
  });

  test("finds a PLC without a gateway, and its cure works", async () => {
    await administer(lab, "machine", "network", "source-nat", "acme", "press-2", "192.168.0.0/24", "off");
    const text = await lab.exec("laptop", ["/opt/anslut/bin/anslut", "check", "press-2", "--address", plc], {
      user: "tech",
    });
    expect(text.stdout).toContain("answers the router but not you: it has no gateway.");
    const { judged } = await check("press-2", "--address", plc);
    expect(judged).toMatchObject({ verdict: "noGateway", reachedAs: lab.variable("MACHINE2_REMOTE_PLC") });
    expect(text.stdout).toContain(judged.cure);
    await lab.output("portal", ["sh", "-c", `PATH=/opt/anslut/bin:$PATH; ${judged.cure}`]);
    await expect.poll(() => verdictOf("press-2")).toBe("good");
  });

  test("finds a device whose own firewall lets its router in alone", async () => {
    const rules = `table inet own { chain input { type filter hook input priority 0; ip saddr != 192.168.0.1 drop; }; }`;
    await lab.output("plc1", ["nft", rules]);
    expect((await check("press-1", "--address", plc)).judged.verdict).toBe("noGateway"); // from outside they look the same
    await administer(lab, "machine", "network", "source-nat", "acme", "press-1", "192.168.0.0/24", "on");
    await expect.poll(() => verdictOf("press-1")).toBe("good");
    await lab.output("plc1", ["nft", "flush chain inet own input; add rule inet own input tcp dport 502 drop"]);
    expect((await check("press-1", "--address", plc, "--port", "502")).judged).toMatchObject({
      ...{ verdict: "deviceFirewall", port: 502 },
    });
    await lab.output("plc1", ["nft", "delete table inet own"]);
  });

  test("has nothing looked at that no right covers, and names the grant", async () => {
    const grants = (await administer(lab, "grant", "list", "acme")) as readonly Grant[];
    const own = grants.find(({ user, machine }) => user === "anna" && machine === "press-1")!;
    await administer(
      lab,
      "grant",
      "add",
      "acme",
      "anna",
      "press-1",
      "--destination",
      plc,
      "--protocol",
      "tcp",
      "--ports",
      "502",
    );
    await administer(lab, "grant", "remove", "acme", own.id);
    const before = await lab.packets("hmi1");
    const other = await check("press-1", "--address", "192.168.0.20");
    expect(other.judged.verdict).toBe("rightsMissing");
    expect(other.probes.filter(({ address }) => address === "192.168.0.20")).toEqual([]);
    expect(await lab.packets("hmi1")).toEqual(before);
    const { judged, probes } = await check("press-1", "--address", plc, "--port", "502", "--port", "80");
    expect(judged).toMatchObject({ verdict: "rightsMissing", port: 80 });
    expect(judged.cure).toBe(
      `anslut-portal grant add acme anna press-1 --destination ${plc} --protocol tcp --ports 80`,
    );
    expect(probes.filter(({ port }) => port === 80)).toEqual([]);
    // The grant names a device, so it need not be named here.
    expect((await check("press-1")).judged).toMatchObject({ address: plc, verdict: "good" });
  });
});

describe("a PLC that is off", () => {
  test("shows as a silent machine within 15 s, at the laptop and at the portal, and as connected when it is back", async () => {
    await expect
      .poll(() => connectionTo(technician, "press-1"), { timeout: 15_000 })
      .toMatchObject({
        status: { state: "connected" },
      });
    await lab.unplug("plc1");
    await expect
      .poll(() => connectionTo(technician, "press-1"), { timeout: 15_000, interval: 200 })
      .toMatchObject({ status: { state: "silent", who: "devices", devices: [plc] } });
    expect((await check("press-1")).judged.verdict).toBe("deviceAbsent");
    const status = await lab.output("laptop", ["/opt/anslut/bin/anslut", "status"], { user: "tech" });
    expect(status).toContain(`no answer from ${plc}`);
    await lab.plug("plc1");
    await expect
      .poll(() => connectionTo(technician, "press-1"), { timeout: 15_000, interval: 200 })
      .toMatchObject({ status: { state: "connected" } });
  });

  test("is noticed by what the router has seen where the right names no device", async () => {
    await lab.output("laptop", ["curl", "-s", `http://${lab.variable("MACHINE2_REMOTE_HMI")}/`], { user: "tech" });
    await expect
      .poll(async () => (await technician.must(["check", "press-2"])).devices, { timeout: 20_000, interval: 500 })
      .toContainEqual(expect.objectContaining({ address: "192.168.0.20", verdict: "good" }));
    await lab.unplug("hmi2");
    await expect
      .poll(() => connectionTo(technician, "press-2"), { timeout: 15_000, interval: 200 })
      .toMatchObject({ status: { state: "silent", who: "devices", devices: ["192.168.0.20"] } });
  });

  test("behind a router that is off is the router's trouble", async () => {
    await lab.powerCut("router2");
    // Who is first to notice: the laptop by its echo, or the portal by the router's tunnel.
    const trouble = async (): Promise<string> => {
      const status = (await connectionTo(technician, "press-2"))?.status;
      if (status?.state === "failed") return status.failure.cause;
      return status?.state === "silent" ? status.who : `${status?.state}`;
    };
    await expect.poll(trouble, { timeout: 15_000, interval: 200 }).toMatch(/^(router|machineOffline)$/);
    const { judged } = await check("press-2", "--address", plc);
    expect(["routerOffline", "routerSilent"]).toContain(judged.verdict);
  });
});

interface Grant {
  readonly id: string;
  readonly user: string;
  readonly machine: string;
}
