import { setTimeout as passed } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Neighbour } from "./neighbour.ts";
import { Scene } from "./scene.ts";
import { isReady, showsNothingGreen, statusOf } from "./watch.ts";

// Cables, power and sleep, while a technician works on a machine. What a fault lasts is its nature, not a wait for something.

/** Long enough for every timer, lease and ticket of a minute to have run out. */
const sleepMs = 125_000;

let scene: Scene;
let hangingDial: () => Promise<void>;

beforeAll(async () => {
  scene = await Scene.open();
  await scene.signIn();
  // The last test tells what becomes of this.
  hangingDial = await (await Neighbour.signIn(scene.lab)).dialWithHangingHelper();
});
afterAll(() => scene.close());
afterEach(() => scene.reset());

test("the cable is out for 5 s: the same tunnel goes on", async () => {
  await scene.work();
  const ticket = scene.watch.now.tunnel?.ticket;
  await scene.lab.unplug("laptop");
  await passed(5000);
  await scene.lab.plug("laptop");
  await scene.witness.eventuallySeesPlcAnswer(1);
  const state = await scene.comesBack();
  expect(state.tunnel?.ticket).toBe(ticket);
  await scene.leavesNothing();
});

test("the cable is out for 60 s: nothing is green meanwhile, not at the portal either, and all comes back", async () => {
  await scene.work();
  const outMs = performance.now();
  await scene.lab.unplug("laptop");
  await Promise.all([
    scene.watch.until("nothing is green", showsNothingGreen),
    scene.judge.colleagueSees("press-1", { online: true, present: [] }),
    scene.tellsTruth("awake", outMs),
  ]);
  await passed(60_000 - (performance.now() - outMs));
  expect(scene.watch.now).toSatisfy(showsNothingGreen);
  await scene.lab.plug("laptop");
  await scene.comesBack(1, 45_000);
  await scene.judge.colleagueSees("press-1", { online: true, present: ["anna"] });
  await scene.leavesNothing();
}, 150_000);

test("the office's line goes silent: nothing is green, and all comes back with the line", async () => {
  await scene.work();
  await scene.lab.cut("office");
  await scene.shows("nothing is green", showsNothingGreen);
  await scene.expectHeadline("echoSilent");
  await scene.lab.restore("office");
  await scene.comesBack(1, 45_000);
  await scene.leavesNothing();
});

test("the portal loses its power: the state says so, a dial fails with a sentence, and all comes back with the power", async () => {
  await scene.work();
  await scene.lab.powerCut("portal");
  await scene.shows("nothing is green", showsNothingGreen);
  await scene.witness.seesPlcOutOfReach();
  await scene.technician.must(["hang-up"]);
  scene.expectFailure(await scene.technician.say(["dial"]), "noWay");
  await scene.lab.powerOn("portal");
  await scene.technician.must(["dial"]);
  await expect.poll(() => scene.connects(1), { timeout: 60_000, interval: 1000 }).toBe(true);
  scene.watch.begin();
  await scene.comesBack(1, 15_000);
  await scene.judge.colleagueSees("press-1", { online: true, present: ["anna"] });
  await scene.leavesNothing();
}, 150_000);

test("the portal is away for a moment: tunnel and machine come back by themselves", async () => {
  await scene.work();
  await scene.lab.powerCut("portal");
  await scene.shows("nothing is green", showsNothingGreen);
  await scene.lab.powerOn("portal");
  await scene.comesBack(1, 60_000);
  await scene.leavesNothing();
}, 120_000);

test("the router loses its power: the machine is silent, and offline at the portal; it comes back with the power", async () => {
  await scene.work();
  await scene.lab.powerCut("router1");
  await Promise.all([
    scene.watch.until("the machine is silent, the tunnel is not", (state) => {
      const status = statusOf(state, "press-1");
      return isReady(state) && status?.state === "silent" && status.who === "router";
    }),
    scene.judge.colleagueSees("press-1", { online: false }),
    scene.tellsTruth(),
  ]);
  await scene.witness.seesPlcOutOfReach();
  await scene.lab.powerOn("router1");
  await scene.comesBack(1, 45_000);
  await scene.judge.colleagueSees("press-1", { online: true, present: ["anna"] });
  await scene.leavesNothing();
}, 120_000);

test("the laptop sleeps for two minutes: meanwhile the portal shows nobody there, after waking nothing is green before it is proved", async () => {
  await scene.work();
  const sleptMs = performance.now();
  await scene.lab.sleep("laptop");
  await Promise.all([
    scene.judge.colleagueSees("press-1", { online: true, present: [] }),
    scene.tellsTruth("asleep", sleptMs),
  ]);
  // The world goes on meanwhile: the router's tunnel is another one when the laptop wakes.
  await scene.lab.powerCut("router1");
  await Promise.all([scene.judge.colleagueSees("press-1", { online: false }), scene.tellsTruth("asleep")]);
  await scene.lab.powerOn("router1");
  await passed(sleepMs - (performance.now() - sleptMs));
  await scene.tellsTruth("asleep");
  await scene.lab.wake("laptop");
  await scene.shows("nothing is green before it is proved", showsNothingGreen);
  await scene.comesBack(1, 45_000);
  await scene.leavesNothing();
}, 240_000);

test("the laptop loses its power: nothing is left after the next start, and no password is asked for again", async () => {
  await scene.work();
  await scene.lab.powerCut("laptop");
  await Promise.all([scene.judge.colleagueSees("press-1", { online: true, present: [] }), scene.tellsTruth("off")]);
  await scene.lab.powerOn("laptop");
  await scene.nothingIsLeft();
  await scene.work();
  expect((await scene.history()).filter(({ until }) => until === null)).toHaveLength(2);
  await scene.leavesNothing();
}, 120_000);

test("a ticket that grew old before it was used is not spent: a fresh one is drawn, and the dial succeeds", async () => {
  // Its helper hung for all of this file, the minute without a cable at least; a ticket is good for 60 s.
  await hangingDial();
  await scene.witness.seesRoutesOn("laptop2");
});
