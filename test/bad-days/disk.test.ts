import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { JournalEntry } from "../../contract/agent.ts";
import type { HistoryPage } from "../../contract/portal.ts";
import { Scene } from "./scene.ts";
import { SmallDisk } from "./small-disk.ts";

// A full disk: the helper's, the technician's, the portal's. What can be done is done, what cannot says so, and nothing is lost.

let scene: Scene;

beforeAll(async () => {
  scene = await Scene.open();
  await scene.signIn();
});
afterAll(() => scene.close());
afterEach(() => scene.reset());

test("the laptop's system disk is full: a dial fails with a sentence and leaves nothing, and the history keeps all it had", async () => {
  await scene.work();
  await scene.leavesNothing();
  const before = await scene.history();
  const disk = await SmallDisk.under(scene.lab, "laptop", "/var/lib/anslut", 16);
  await disk.fill();
  scene.expectFailure(await scene.technician.say(["dial"]), "diskFault");
  await scene.nothingIsLeft();
  await disk.remove();
  await scene.technician.must(["dial"]);
  await scene.leavesNothing();
  expect(before.length).toBeGreaterThan(0);
  expect((await scene.history()).map(kept)).toEqual(expect.arrayContaining(before.map(kept)));
});

test("the technician's own disk is full: he works all the same and is told, and what he did then is in the history", async () => {
  const directory = "/home/tech/.local/state/anslut";
  await scene.technician.must(["quit"]);
  const disk = await SmallDisk.under(scene.lab, "laptop", directory, 512);
  await scene.work();
  await scene.leavesNothing();
  const before = await scene.history();
  await disk.fill("history.jsonl");

  await scene.technician.must(["connect", scene.nameOf(1), "--order", "4711", "--reason", "disk full"]);
  await scene.witness.seesPlcAnswer(1);
  await scene.expectHeadline("diskFault");
  await scene.leavesNothing();
  const onDisk = () => scene.lab.readFile("laptop", `${directory}/history.jsonl`);
  expect(await onDisk()).not.toContain("4711");
  const during = await scene.history();
  expect(during).toHaveLength(before.length + 2);

  await disk.free();
  await expect.poll(onDisk, { timeout: 30_000 }).toContain("4711");
  await scene.technician.must(["quit"]);
  const after = await scene.history();
  expect(after.map(kept)).toEqual(during.map(kept));
  expect(after[0]).toMatchObject({ orderNumber: "4711", reason: "disk full", until: expect.any(String) });
  expect(after[0]).toMatchObject({ ended: null });
  expect(after.slice(2).map(kept)).toEqual(before.map(kept));
  await scene.technician.must(["quit"]);
  await disk.remove();
});

test("the portal's disk is full: what works goes on, what ends ends, a dial says why not, and nothing is lost", async () => {
  const directory = "/var/lib/anslut-portal";
  // web is moved to a small disk: it stands still while its files are copied, and opens them there when it is started anew.
  await scene.signal("portal", "web", "STOP");
  const disk = await SmallDisk.under(scene.lab, "portal", directory, 8192);
  await scene.kill("portal", "web");
  await scene.judge.colleagueSees("press-1", { online: true, present: [] });
  await scene.work();
  const users = await scene.portal(["user", "list", "acme"]);
  const grants = await scene.portal(["grant", "list", "acme"]);
  // Else the write-ahead log would have room in itself.
  const emptyLog = `new (require("node:sqlite").DatabaseSync)("${directory}/portal.db").exec("pragma wal_checkpoint(truncate)")`;
  await scene.lab.output("portal", ["node", "-e", emptyLog]);
  await disk.fill();

  await scene.witness.seesPlcAnswer(1);
  await scene.tellsTruth();
  const refused = await scene.lab.exec("portal", [
    ...["/opt/anslut/bin/anslut-portal", "user", "disable", "acme", "ben", "--json"],
  ]);
  expect(refused.code).toBe(1);

  await scene.technician.must(["hang-up"]);
  await scene.nothingIsLeft();
  await scene.witness.seesPlcOutOfReach();
  scene.expectFailure(await scene.technician.say(["dial"]), "portalFault");
  await scene.nothingIsLeft();
  await scene.lab.powerCut("router1");
  await scene.judge.colleagueSees("press-1", { online: false, present: [] });
  await scene.lab.powerOn("router1");

  await disk.free();
  await scene.judge.colleagueSees("press-1", { online: true });
  await expect.poll(() => scene.connects(1), { timeout: 60_000, interval: 1000 }).toBe(true);
  await scene.witness.eventuallySeesPlcAnswer(1);
  await scene.tellsTruth();
  await scene.leavesNothing();
  const { connections } = (await scene.technician.must(["history", "--portal"])) as unknown as HistoryPage;
  expect(connections.length).toBeGreaterThan(1);
  expect(connections.filter(({ until }) => until === null)).toEqual([]);
  expect(await scene.portal(["user", "list", "acme"])).toEqual(users);
  expect(await scene.portal(["grant", "list", "acme"])).toEqual(grants);
  const verdict = (await scene.portal(["audit", "verify"])) as { readonly brokenAt: number | null };
  expect(verdict.brokenAt).toBeNull();
  const log = (await scene.portal(["audit", "list", "--account", "acme", "--limit", "10000"])) as readonly Line[];
  const of = (action: string) => log.filter((line) => line.action === action && line.actor === "user:anna").length;
  expect(of("connect")).toBeGreaterThan(1);
  expect(of("disconnect")).toBe(of("connect"));
  expect(of("tunnelEnded")).toBe(of("tunnelOpened"));
}, 240_000);

/** All of an entry but whether the portal has heard of it, which it hears of later. */
function kept({ delivered: _, ...entry }: JournalEntry): Omit<JournalEntry, "delivered"> {
  return entry;
}

interface Line {
  readonly actor: string;
  readonly action: string;
}
