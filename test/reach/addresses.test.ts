import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Lab } from "../lab/lab.ts";
import { readRegister } from "../lab/modbus.ts";
import { openLab } from "../lab/open.ts";
import type { Technician } from "../stage/technician.ts";
import { administer, connectionTo, failureIn, signedIn } from "./scene.ts";

let lab: Lab;
let technician: Technician;
let mill: string;

beforeAll(async () => {
  lab = await openLab({ stands: "product" });
  technician = await signedIn(lab);
  mill = lab.variable("MACHINE3_NAME");
});

afterAll(() => lab.close());

const routes = async () => await lab.output("laptop", ["ip", "route", "show", "proto", "177"]);

const connect = async (machine: string, network: string) =>
  failureIn(await technician.say(["connect", machine, "--network", network]));

describe("a machine with the laptop's own addresses", () => {
  test("is found before a route is set, and both networks and the cure are named", async () => {
    const said = await technician.say(["connect", mill]);
    const { cause, text } = failureIn(said);
    expect({ cause, code: said.code }).toEqual({ cause: "overlap", code: 7 });
    expect(text).toContain("192.168.178.0/24");
    expect(text).toContain("eth0");
    expect(text).toContain(`anslut connect ${mill} --stand-in`);
    expect(await routes()).not.toContain("192.168.178.0/24");
  });

  test("gets no stand-in where the account's policy says never", async () => {
    await administer(lab, "account", "policy", "acme", "stand-in", "never");
    expect(failureIn(await technician.say(["connect", mill, "--stand-in"])).cause).toBe("standInRefused");
    await administer(lab, "account", "policy", "acme", "stand-in", "on-request");
  });

  test("is reached by a stand-in on request, and both addresses are shown everywhere", async () => {
    const { connection } = await technician.must(["connect", mill, "--stand-in"]);
    const [network] = (connection as { networks: readonly { network: string; standIn: string }[] }).networks;
    expect(network).toMatchObject({ network: "192.168.178.0/24", standIn: expect.stringMatching(/^100\..*\/24$/) });
    const standIn = network?.standIn ?? "";
    const plc = standIn.replace(/0\/24$/, "10");
    expect(await readRegister(lab, "laptop", plc, 1, "tech")).toBe(Number(lab.variable("MACHINE3_REGISTER")));
    expect(await routes()).toContain(standIn);
    // The laptop's own network goes on working.
    await lab.output("laptop", ["ping", "-c", "1", "-W", "2", lab.variable("OFFICE_GATEWAY")], { user: "tech" });
    for (const words of [["status"], ["machines", mill], ["history"], ["history", "--portal"]]) {
      const text = await lab.output("laptop", ["/opt/anslut/bin/anslut", ...words], { user: "tech" });
      expect(text, words.join(" ")).toContain("192.168.178.0/24");
      expect(text, words.join(" ")).toContain(standIn);
    }
    const audit = JSON.stringify(await administer(lab, "audit", "list"));
    expect(audit).toContain("user:anna");
  });

  test("stays connected when the administrator draws another prefix: the new one is routed at once", async () => {
    await administer(lab, "machine", "network", "stand-in", "acme", mill, "192.168.178.0/24", "100.127.9.0/24");
    await expect
      .poll(() => connectionTo(technician, mill), { timeout: 15_000, interval: 200 })
      .toMatchObject({
        networks: [{ standIn: "100.127.9.0/24" }],
        status: { state: "connected" },
      });
    await expect
      .poll(() => readRegister(lab, "laptop", "100.127.9.10", 1, "tech").catch(() => null), { timeout: 15_000 })
      .toBe(Number(lab.variable("MACHINE3_REGISTER")));
    expect((await routes()).match(/^100\./gm)).toHaveLength(1);
  });
});

test("a machine whose network covers the proxy is found, and it is said that it is the proxy", async () => {
  const [machine, network] = [lab.variable("MACHINE1_NAME"), "10.20.0.0/16"];
  await administer(lab, "machine", "network", "add", "acme", machine, network);
  await technician.must(["proxy", "manual", `${lab.variable("PROXY_HOST")}:${lab.variable("PROXY_PORT_OPEN")}`]);
  await expect
    .poll(() => connect(machine, network), { timeout: 15_000, interval: 500 })
    .toMatchObject({ cause: "overlap", text: expect.stringContaining(lab.variable("PROXY_ADDRESS")) });
  const { text } = await connect(machine, network);
  expect(text).toContain(network);
  expect(text).toContain("the proxy");
  expect(await routes()).not.toContain(network);
});

test("an account that gives stand-ins always has them for every network", async () => {
  await administer(lab, "account", "policy", "acme", "stand-in", "always");
  const machines = (await administer(lab, "machine", "list", "acme")) as readonly {
    readonly networks: readonly { readonly standIn: string | null }[];
  }[];
  expect(machines.flatMap(({ networks }) => networks).filter(({ standIn }) => standIn === null)).toEqual([]);
});
