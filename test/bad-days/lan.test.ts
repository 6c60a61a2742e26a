import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { errorText, type Said } from "../stage/technician.ts";
import { Scene } from "./scene.ts";
import { statusOf } from "./watch.ts";
import type { MachineNumber } from "./witness.ts";

// Addresses that exist twice, which the portal did not see coming. While such a connection is asked for the helper stands still: what
// is found then was found without it.

let scene: Scene;

beforeAll(async () => {
  scene = await Scene.open();
  await scene.signIn();
});
afterAll(() => scene.close());
afterEach(() => scene.reset());

/** Asks for a connection while the helper can neither be asked nor answer. */
async function connectWithoutHelper(words: readonly string[]): Promise<Said> {
  await scene.signal("laptop", "helper", "STOP");
  try {
    return await scene.technician.say(["connect", ...words]);
  } finally {
    await scene.signal("laptop", "helper", "CONT");
  }
}

/** Gives a machine another network, with no stand-in even where the portal would give one: as a database of before, or restored. */
async function giveBare(machine: MachineNumber, network: string): Promise<void> {
  const name = scene.nameOf(machine);
  await scene.portal(["machine", "network", "add", "acme", name, network]);
  const update = `new (require("node:sqlite").DatabaseSync)("/var/lib/anslut-portal/portal.db").prepare(
    "update machine_networks set stand_in = null where network = ? and machine_id = (select id from machines where name = ?)",
  ).run(...process.argv.slice(1))`;
  await scene.lab.output("portal", ["node", "-e", update, network, name]);
  const tunnels = await scene.routerTunnels(machine);
  await scene.portal(["machine", "network", "source-nat", "acme", name, network, "on"]);
  await expect.poll(() => scene.routerTunnels(machine), { timeout: 15_000 }).toBeGreaterThan(tunnels);
  await scene.judge.colleagueSees(name, { online: true });
}

/** The stand-in by which the laptop reaches a network of a machine, as `status` says. */
async function standInOf(machine: MachineNumber, network: string): Promise<string> {
  const { connections } = (await scene.look()).now;
  const networks = connections.find(({ name }) => name === scene.nameOf(machine))?.networks ?? [];
  return networks.find((each) => each.network === network)?.standIn ?? "";
}

test("two machines with the same addresses and no stand-in: found, both named, refused where the account forbids a cure, cured on request", async () => {
  // The second PLC has another address in the same LAN; half of that LAN is what its machine is known by.
  await scene.lab.output("plc2", ["ip", "address", "add", "192.168.0.200/24", "dev", "eth0"]);
  await scene.portal(["machine", "network", "remove", "acme", "press-2", "192.168.0.0/24"]);
  await giveBare(2, "192.168.0.128/25");
  scene.witness.expects(2, "192.168.0.128/25", "192.168.0.200");
  await scene.work(1);

  const said = await connectWithoutHelper(["press-2"]);
  scene.expectFailure(said, "overlap");
  const text = errorText(said.value);
  for (const named of ["press-1", "press-2", "192.168.0.128/25", "192.168.0.0/24", "anslut connect press-2 --stand-in"])
    expect(text).toContain(named);
  const watch = await scene.look();
  await watch.until("the second machine collides", (state) => statusOf(state, "press-2")?.state === "overlapping");
  expect(statusOf(watch.now, "press-2")).toMatchObject({ other: "press-1", local: "192.168.0.0/24" });
  await scene.tellsTruth();
  await scene.witness.seesPlcAnswer(1);

  await scene.portal(["account", "policy", "acme", "stand-in", "never"]);
  scene.expectFailure(await scene.technician.say(["connect", "press-2", "--stand-in"]), "standInRefused");
  await scene.tellsTruth();
  await scene.portal(["account", "policy", "acme", "stand-in", "on-request"]);
  await scene.technician.must(["connect", "press-2", "--stand-in"]);
  const standIn = await standInOf(2, "192.168.0.128/25");
  expect(standIn).toMatch(/^100\.[\d.]+\/25$/);
  const [a, b, c, d] = standIn.split(/[./]/).map(Number) as [number, number, number, number];
  scene.witness.expects(2, standIn, `${a}.${b}.${c}.${d + 200 - 128}`);
  await scene.witness.eventuallySeesPlcAnswer(2);
  await scene.witness.seesPlcAnswer(1);
  await scene.tellsTruth();
  await scene.leavesNothing();
});

test.each([
  { what: "the portal", network: "203.0.113.0/24", address: "PORTAL_ADDRESS" },
  { what: "the proxy", network: "10.20.0.0/16", address: "PROXY_ADDRESS" },
])(
  "a machine LAN that covers $what: found, both named, before anything is asked of the helper; cured on request",
  async ({ what, network, address }) => {
    const proxy = `${scene.lab.variable("PROXY_HOST")}:${scene.lab.variable("PROXY_PORT_OPEN")}`;
    await giveBare(1, network);
    if (what === "the proxy") await scene.technician.must(["proxy", "manual", proxy]);
    await scene.technician.must(["dial"]);
    await scene.look();

    const said = await connectWithoutHelper(["press-1"]);
    scene.expectFailure(said, "overlap");
    const text = errorText(said.value);
    for (const named of ["press-1", network, scene.lab.variable(address), what, "anslut connect press-1 --stand-in"])
      expect(text).toContain(named);
    await scene.tellsTruth();
    expect((await scene.witness.routes()).join()).not.toContain(network);

    await scene.technician.must(["connect", "press-1", "--stand-in"]);
    expect(await standInOf(1, network)).toMatch(/^100\./);
    await scene.witness.eventuallySeesPlcAnswer(1);
    await scene.tellsTruth();
    await scene.leavesNothing();
    await scene.technician.must(["proxy", "none"]);
    await scene.portal(["machine", "network", "remove", "acme", "press-1", network]);
  },
);
