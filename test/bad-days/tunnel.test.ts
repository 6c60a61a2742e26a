import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { HistoryPage } from "../../contract/portal.ts";
import { AccountNamespace } from "./account-namespace.ts";
import { Scene } from "./scene.ts";
import { isReady, showsConnected, showsNothingGreen, statusOf } from "./watch.ts";

// What goes wrong inside of the tunnel and on the laptop that carries it, and rights that end.

let scene: Scene;
let account: AccountNamespace;

beforeAll(async () => {
  scene = await Scene.open();
  await scene.signIn();
  account = await AccountNamespace.find(scene.lab);
});
afterAll(() => scene.close());
afterEach(async () => {
  await account.mend();
  await scene.reset();
});

test("no DHCP answer comes: the dial says noLease within 15 s, and nothing is left", async () => {
  await account.silenceDhcp();
  const watch = await scene.look();
  const said = scene.technician.say(["dial"]);
  await watch.until("the dial has failed", ({ session }) => session.state === "failed");
  scene.expectFailure(await said, "noLease");
  await scene.nothingIsLeft();
  await account.mend();
  await scene.technician.must(["dial"]);
  await scene.leavesNothing();
});

test("the lease is outside the account's network: it is not taken, and nothing is left", async () => {
  await account.replaceDhcp();
  scene.expectFailure(await scene.technician.say(["dial"]), "leaseOutside");
  await scene.nothingIsLeft();
});

test("the DHCP server offers the address and then says no (NAK): the dial says noLease within 15 s, and nothing is left", async () => {
  await account.refuseDhcp();
  const heard = scene.lab.spawn("portal", account.eavesdrop());
  await heard.line(/listening on/);
  const nak = heard.line(/NACK|NAK/);
  const watch = await scene.look();
  const said = scene.technician.say(["dial"]);
  await watch.until("the dial has failed", ({ session }) => session.state === "failed");
  scene.expectFailure(await said, "noLease");
  await nak;
  await heard.kill();
  await scene.nothingIsLeft();
  await account.mend();
  await scene.technician.must(["dial"]);
  await scene.leavesNothing();
});

test("the machine's LAN is the local LAN: both are named before a route is asked for", async () => {
  const said = await scene.technician.say(["connect", scene.nameOf(3)]);
  scene.expectFailure(said, "overlap");
  expect(JSON.stringify(said.value)).toContain(scene.lab.variable("OFFICE_NETWORK"));
  expect(statusOf((await scene.look()).now, scene.nameOf(3))).toMatchObject({
    state: "overlapping",
    network: "192.168.178.0/24",
    local: "192.168.178.0/24",
  });
  expect((await scene.witness.routes()).join()).not.toContain("192.168.178.0");
  await scene.tellsTruth();
  await scene.leavesNothing();
});

test("two machines with the same LAN at once: each PLC answers under an address of its own", async () => {
  await scene.work(1);
  await scene.work(2);
  await scene.witness.seesPlcAnswer(1);
  await scene.leavesNothing();
});

test("a connection of a moment is in both histories with what it carried", async () => {
  await scene.technician.must(["connect", scene.nameOf(1), "--order", "0815"]);
  await scene.witness.seesPlcAnswer(1);
  await scene.leavesNothing();
  const [here] = (await scene.history()).filter(({ orderNumber }) => orderNumber === "0815");
  expect(here).toMatchObject({ kind: "connection", until: expect.any(String) });
  expect([here?.received, here?.sent].every((bytes) => bytes !== undefined && bytes > 0)).toBe(true);
  const atPortal = async (): Promise<number> => {
    const { connections } = (await scene.technician.must(["history", "--portal"])) as unknown as HistoryPage;
    const found = connections.find(({ orderNumber }) => orderNumber === "0815");
    return Math.min(found?.received ?? 0, found?.sent ?? 0);
  };
  await expect.poll(atPortal, { timeout: 15_000 }).toBeGreaterThan(0);
});

test("a second user of the laptop is told that it is busy, and the first notices nothing", async () => {
  await scene.work();
  const visitor = { user: "visitor" };
  const anslut = (words: readonly string[], input = "") =>
    scene.lab.exec("laptop", ["/opt/anslut/bin/anslut", ...words, "--json"], { ...visitor, input });
  const fingerprint = scene.lab.variable("PORTAL_FINGERPRINT");
  await anslut(["portal", "add", scene.lab.variable("PORTAL_HOST"), "--fingerprint", fingerprint]);
  const typed = `${scene.lab.variable("BEN_PASSWORD")}\n${await scene.codeOf("BEN")}\n`;
  await anslut([...scene.loginWords("BEN"), "--code-stdin"], typed);
  const { code, stdout } = await anslut(["dial"]);
  scene.expectFailure({ code, value: JSON.parse(stdout) }, "busy");
  expect(scene.watch.now).toSatisfy(isReady);
  await scene.witness.seesPlcAnswer(1);
  await scene.tellsTruth();
  await anslut(["quit"]);
  await scene.leavesNothing();
});

test("rights are withdrawn while a file is copied: the flow is cut within 2 s, and the person is told", async () => {
  await scene.work();
  const copy = await scene.startCopy(1);
  const grants = (await scene.portal(["grant", "list", "acme"])) as readonly {
    readonly id: string;
    readonly user: string;
    readonly machine: string;
  }[];
  const grant = grants.find(({ user, machine }) => user === "anna" && machine === "press-1")?.id ?? "";
  await scene.portal(["grant", "remove", "acme", grant]);
  await copy.stalls(2000);
  await scene.shows("the machine is not green", (state) => {
    const status = statusOf(state, "press-1");
    return isReady(state) && status?.state === "failed" && status.failure.cause === "revoked";
  });
  await scene.expectHeadline("revoked");
  await scene.witness.seesPlcOutOfReach();
  await copy.end();
  await scene.portal(["grant", "add", "acme", "anna", "press-1"]);
  await scene.work();
  await scene.leavesNothing();
});

test("the helper starts on a journal whose process id is an innocent's now: that one lives, the rest is undone", async () => {
  await scene.work();
  const innocent = scene.lab.spawn("laptop", ["sh", "-c", "echo here; exec sleep infinity"]);
  await innocent.line(/here/);
  const [pid] = await scene.witness.pids("laptop", "^sleep infinity$");
  const journal = JSON.parse(await scene.lab.readFile("laptop", "/var/lib/anslut/journal.json"));
  await scene.kill("laptop", "helper");
  for (const child of journal.record.children) child.pid = pid;
  await scene.lab.writeFile("laptop", "/var/lib/anslut/journal.json", JSON.stringify(journal));
  await scene.shows("nothing is green", showsNothingGreen);
  await scene.comesBack();
  expect(await scene.witness.pids("laptop", "^sleep infinity$")).toContain(pid);
  await innocent.kill();
  await scene.leavesNothing();
});

test("the user is disabled while connected: tunnel and session end with the reason, and nothing is left", async () => {
  await scene.work();
  await scene.portal(["user", "disable", "acme", "anna"]);
  await scene.shows("signed out", ({ session }) => session.state === "signedOut");
  expect(scene.watch.now.notice).toMatchObject({ cause: "revoked" });
  await scene.nothingIsLeft();
  await scene.witness.seesPlcOutOfReach();
  expect(showsConnected("press-1")(scene.watch.now)).toBe(false);
  await scene.portal(["user", "enable", "acme", "anna"]);
});
