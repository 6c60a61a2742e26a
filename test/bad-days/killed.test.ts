import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Scene } from "./scene.ts";
import { isNotReady } from "./watch.ts";

// kill -9, one program at a time, while a technician works on a machine.

let scene: Scene;

beforeAll(async () => {
  scene = await Scene.open();
  await scene.signIn();
});
afterAll(() => scene.close());
afterEach(() => scene.reset());

test("openvpn of the laptop is killed: it says so, dials anew and connects the machine again", async () => {
  await scene.work();
  await scene.kill("laptop", "openvpn");
  await scene.shows("the tunnel is not green", isNotReady);
  await scene.comesBack();
  await scene.leavesNothing();
});

test("the helper is killed: its unit starts it anew, nothing of the old tunnel stays, the machine is connected again", async () => {
  await scene.work();
  await scene.kill("laptop", "helper");
  await scene.shows("the tunnel is not green", isNotReady);
  await scene.comesBack();
  expect(await scene.witness.tunnelProcesses()).toHaveLength(2);
  await scene.leavesNothing();
});

test("the agent is killed: the next command goes on with the same tunnel, the PLC never went away", async () => {
  await scene.work();
  const ticket = scene.watch.now.tunnel?.ticket;
  await scene.kill("laptop", "agent");
  await scene.witness.seesPlcAnswer(1);
  await scene.look();
  await scene.tellsTruth();
  const state = await scene.comesBack();
  expect(state.tunnel?.ticket).toBe(ticket);
  await scene.leavesNothing();
});

test("the agent is killed and nobody comes back: the tunnel ends by itself", async () => {
  await scene.work();
  await scene.kill("laptop", "agent");
  const gone = scene.lab.spawn("laptop", ["ip", "monitor", "link"]);
  await gone.line(/Deleted .*anslut0/);
  await gone.kill();
  await scene.witness.seesPlcOutOfReach();
  await scene.nothingIsLeft();
}, 90_000);

test("web is killed: the tunnel and the machine stay, the portal shows both as before", async () => {
  await scene.work();
  await scene.kill("portal", "web");
  await scene.witness.seesPlcAnswer(1);
  await scene.tellsTruth();
  await scene.judge.colleagueSees("press-1", { online: true, present: ["anna"] });
  await scene.witness.seesPlcAnswer(1);
  await scene.comesBack();
  await scene.leavesNothing();
});

test("exchange is killed: it is started anew, and the machine is connected again", async () => {
  await scene.work();
  await scene.kill("portal", "exchange");
  await scene.shows("the tunnel is not green", isNotReady);
  await scene.comesBack(1, 45_000);
  await scene.judge.colleagueSees("press-1", { online: true, present: ["anna"] });
  await scene.leavesNothing();
});

test("front is killed: tunnels are dialled anew, and the machine is connected again", async () => {
  await scene.work();
  await scene.kill("portal", "front");
  await scene.shows("the tunnel is not green", isNotReady);
  await scene.comesBack(1, 45_000);
  await scene.leavesNothing();
});

test("the router program is killed: its unit starts it anew, and the machine answers through its new tunnel", async () => {
  await scene.work();
  const [before] = await scene.witness.pids("router1", "openvpn");
  const tunnels = await scene.routerTunnels(1);
  await scene.kill("router1", "router");
  await scene.tellsTruth();
  await expect.poll(() => scene.routerTunnels(1), { timeout: 15_000 }).toBeGreaterThan(tunnels);
  expect(await scene.witness.pids("router1", "openvpn")).not.toContain(before);
  scene.watch.begin();
  await scene.comesBack(1, 15_000);
  await scene.judge.colleagueSees("press-1", { online: true, present: ["anna"] });
  await scene.leavesNothing();
});
