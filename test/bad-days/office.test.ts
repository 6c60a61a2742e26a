import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Diagnosis } from "../../contract/agent.ts";
import type { FirewallName } from "../lab/firewall.ts";
import { Inspector } from "./inspector.ts";
import { Scene } from "./scene.ts";
import { isReady, showsConnected, showsNothingGreen } from "./watch.ts";

// Firewalls, proxies and certificates between the technician and the portal.

let scene: Scene;

beforeAll(async () => {
  scene = await Scene.open();
  await scene.signIn();
});
afterAll(() => scene.close());
afterEach(async () => {
  await scene.lab.setFirewall("open");
  await scene.reset();
  await scene.technician.must(["proxy", "none"]);
});

test("the firewall changes while a technician works: wherever a way is left, it is found without a word", async () => {
  await scene.work();
  const ports: readonly (readonly [FirewallName, readonly number[]])[] = [
    ["only443", [443]],
    ["only80", [80]],
    ["tlsOnly", [443]],
    ["silentDrop", [443, 80]],
    ["open", [1194, 443, 80]],
  ];
  for (const [firewall, open] of ports) {
    await scene.lab.setFirewall(firewall);
    await scene.watch.until(
      `a tunnel by a way that ${firewall} leaves`,
      (state) =>
        showsConnected("press-1")(state) &&
        state.session.state === "ready" &&
        open.includes(state.session.endpoint.port) &&
        (firewall !== "tlsOnly" || state.session.endpoint.wrapped),
      45_000,
    );
    await scene.witness.seesPlcAnswer(1);
    await scene.tellsTruth();
  }
  await scene.leavesNothing();
}, 180_000);

test("no way leads out: the state says so, and the doctor says which port to ask for", async () => {
  await scene.work();
  await scene.lab.setFirewall("reject");
  await scene.shows("nothing is green", showsNothingGreen);
  await scene.expectHeadline("noWay");
  await scene.technician.must(["hang-up"]);
  scene.expectFailure(await scene.technician.say(["dial"]), "noWay");
  const { diagnosis } = (await scene.technician.say(["doctor"])).value as unknown as { readonly diagnosis: Diagnosis };
  expect(diagnosis.verdict).toBe("noWay");
  const ports = diagnosis.ask.map(({ port }) => port);
  expect(ports).toEqual(expect.arrayContaining([1194, 443, 80]));
  for (const port of ports) expect(diagnosis.page).toContain(String(port));
  await scene.nothingIsLeft();
}, 120_000);

test("the proxy wants a password: it is asked for, a wrong one is refused with a sentence, the right one works", async () => {
  const proxy = `${scene.lab.variable("PROXY_HOST")}:${scene.lab.variable("PROXY_PORT_BASIC")}`;
  const user = scene.lab.variable("PROXY_USER");
  await scene.lab.setFirewall("proxyOnly");
  await scene.technician.must(["proxy", "manual", proxy]);
  scene.expectFailure(await scene.technician.say(["dial"]), "proxyAuthRequired");
  expect((await scene.look()).now.session).toMatchObject({
    state: "asking",
    question: { about: "proxyPassword", refused: false },
  });
  await scene.tellsTruth();
  const words = ["proxy", "manual", proxy, "--username", user, "--password-stdin"];
  await scene.technician.must(words, "wrong\n");
  scene.expectFailure(await scene.technician.say(["dial"]), "proxyAuthRefused");
  await scene.tellsTruth();
  await scene.technician.must(words, `${scene.lab.variable("PROXY_PASSWORD")}\n`);
  await scene.technician.must(["dial"]);
  await scene.leavesNothing();
});

test("the proxy dies while a technician works: the state says which it is, and all comes back with the proxy", async () => {
  const proxy = `${scene.lab.variable("PROXY_HOST")}:${scene.lab.variable("PROXY_PORT_OPEN")}`;
  await scene.lab.setFirewall("proxyOnly", "open");
  await scene.technician.must(["proxy", "manual", proxy]);
  await scene.work();
  expect(scene.watch.now.session).toMatchObject({ endpoint: { proxy } });
  await scene.lab.powerCut("proxy");
  await scene.shows("nothing is green", showsNothingGreen);
  await scene.expectHeadline("proxyUnreachable");
  await scene.lab.powerOn("proxy");
  await scene.comesBack(1, 60_000);
  await scene.leavesNothing();
}, 120_000);

test("a box opens the office's TLS: nothing is sent through it, and the sentence names inspection", async () => {
  await scene.technician.must(["dial"]);
  await scene.look();
  const inspector = await Inspector.open(scene.lab);
  try {
    await scene.shows("nothing is green", (state) => !isReady(state));
    const { diagnosis } = (await scene.technician.say(["doctor"])).value as unknown as {
      readonly diagnosis: Diagnosis;
    };
    expect(diagnosis.verdict).toBe("tlsInspected");
    await scene.technician.must(["hang-up"]);
    scene.expectFailure(await scene.technician.say(["dial"]), "tlsInspected");
    // The doctor asks for the portal's name and clock; nothing that belongs to a person goes through.
    expect(await inspector.read()).not.toMatch(/login|tickets|authorization|cookie|password/i);
  } finally {
    await inspector.close();
  }
  await scene.nothingIsLeft();
}, 120_000);

test("the portal shows a key that was never announced: it is not believed before the person accepts it", async () => {
  await scene.technician.must(["quit"]);
  // Twice: the first key had been announced.
  await scene.portal(["certificate", "rotate"]);
  await scene.portal(["certificate", "rotate"]);
  scene.expectFailure(await scene.technician.say(["dial"]), "certificateChanged");
  const { session } = (await scene.look()).now;
  const { pins } = (await scene.portal(["certificate", "show"])) as { readonly pins: { readonly current: string } };
  expect(session).toMatchObject({
    state: "asking",
    question: { about: "certificateChanged", shown: pins.current, mayAccept: true },
  });
  await scene.nothingIsLeft();
  await scene.technician.must(["dial", "--accept-certificate", pins.current]);
  await scene.leavesNothing();
});
