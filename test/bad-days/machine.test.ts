import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Scene } from "./scene.ts";
import { isReady, statusOf } from "./watch.ts";

// The tunnel is well, the machine is not, or not all of it: states of their own, neither green nor "no tunnel".

let scene: Scene;

beforeAll(async () => {
  scene = await Scene.open();
  await scene.signIn();
});
afterAll(() => scene.close());
afterEach(() => scene.reset());

test("the PLC is off: the machine is silent and names the device, router and tunnel are as before; it comes back with the PLC", async () => {
  const plc = scene.lab.variable("MACHINE1_PLC");
  await scene.work();
  // The right is on the whole network: only who was seen there is missed.
  const devices = async () => (await scene.technician.say(["check", "press-1"])).value.devices;
  await expect
    .poll(devices, { timeout: 20_000, interval: 500 })
    .toContainEqual(expect.objectContaining({ address: plc, verdict: "good" }));
  await scene.lab.unplug("plc1");
  await scene.shows("the device is silent", (state) => {
    const status = statusOf(state, "press-1");
    return isReady(state) && status?.state === "silent" && status.who === "devices" && status.devices.includes(plc);
  });
  await scene.judge.colleagueSees("press-1", { online: true, present: ["anna"] });
  await scene.lab.plug("plc1");
  await scene.comesBack(1, 15_000);
  await scene.leavesNothing();
}, 120_000);

test("the administrator's file forbids one network of a machine: route errors, which one and why; the other network works", async () => {
  const forbidden = "10.99.0.0/24";
  const policy = {
    version: 1,
    tunnel: { serverNames: null, authorities: null, alsoRoute: [], neverRoute: ["10.99.0.0/16"] },
    portals: { preset: [], others: true, acceptChangedCertificate: true },
    proxy: null,
  };
  await scene.lab.writeFile("laptop", "/etc/anslut/policy.json", JSON.stringify(policy));
  const tunnels = await scene.routerTunnels(1);
  await scene.portal(["machine", "network", "add", "acme", "press-1", forbidden]);
  await expect.poll(() => scene.routerTunnels(1), { timeout: 15_000 }).toBeGreaterThan(tunnels);
  await scene.judge.colleagueSees("press-1", { online: true });

  const said = await scene.technician.say(["connect", "press-1"]);
  scene.expectFailure(said, "policyForbids");
  await scene.look();
  await scene.shows("route errors", (state) => statusOf(state, "press-1")?.state === "routeErrors");
  expect(statusOf(scene.watch.now, "press-1")).toMatchObject({
    failed: [{ network: forbidden, failure: { cause: "policyForbids" } }],
  });
  await scene.witness.seesPlcAnswer(1);
  expect((await scene.witness.routes()).join()).not.toContain("10.99.0.0");
  await scene.judge.colleagueSees("press-1", { online: true, present: ["anna"] });
  await scene.leavesNothing();
  await scene.portal(["machine", "network", "remove", "acme", "press-1", forbidden]);
  await scene.lab.output("laptop", ["rm", "/etc/anslut/policy.json"]);
});
