import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { JournalEntry } from "../../../contract/agent.ts";
import { CauseError } from "../../../contract/causes.ts";
import { HandClock } from "../../dial/testing/hand-clock.ts";
import type { PortalLink } from "../portal/portal-link.ts";
import type { Portals } from "../portal/portals.ts";
import { Store } from "../store.ts";
import { refuse } from "../testing/fake-portal.ts";
import { journalEntry } from "../testing/journal-entries.ts";
import { password, World } from "../testing/world.ts";
import { Journal } from "./journal.ts";
import { JournalFile } from "./journal-file.ts";
import { Outbox } from "./outbox.ts";

// A whole agent with TLS and processes, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const journalFile = (folder: string) => join(folder, "state", "history.jsonl");

describe("an agent", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.begin();
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });

  const entries = async (): Promise<readonly JournalEntry[]> => {
    const journal = await world.ask({ type: "history", where: "here", limit: 50 });
    return journal.type === "journal" ? journal.entries.filter(({ kind }) => kind === "connection") : [];
  };
  const hangUp = () => world.ask({ type: "hangUp" });
  const ended = /^\/history\/intent-\d+$/;

  test("tells the portal how a connection ended, before it signs out", async () => {
    await world.connect();
    world.helper.tell({ type: "traffic", received: 77, sent: 12 });
    await world.until(({ tunnel }) => tunnel?.received === 77);
    await hangUp();
    expect(await entries()).toMatchObject([{ delivered: false, received: 77, sent: 12 }]);
    await world.ask({ type: "logout" });
    const [entry] = await entries();
    expect(entry).toMatchObject({ delivered: true });
    const report = await world.portal.called("PUT", "/history/intent-1");
    expect(report.body).toEqual({ until: entry?.until, received: 77, sent: 12, ended: null });
    const paths = world.portal.calls.map(({ path }) => path);
    expect(paths.indexOf("/history/intent-1")).toBeLessThan(paths.indexOf("/logout"));
  });

  test("tells it at the next sign-in where the portal was out of reach, also after a crash", async () => {
    await world.connect();
    await world.portal.close();
    await hangUp();
    await world.ask({ type: "annotate", entry: (await entries())[0]?.id ?? "", note: "Umrichter getauscht" });
    await world.killAgent();
    await world.renewPortal();
    await world.startAgent();
    expect(await entries()).toMatchObject([{ delivered: false, note: "Umrichter getauscht" }]);
    await world.ask({ type: "login", ...password });
    await world.portal.called("PUT", ended);
    expect((await world.portal.called("PUT", "/history/intent-1/note")).body).toEqual({ note: "Umrichter getauscht" });
    await world.ask({ type: "logout" });
    expect(await entries()).toMatchObject([{ delivered: true }]);
  });

  test("tells nobody else's portal or user", async () => {
    await world.connect();
    await world.portal.close();
    await hangUp();
    await world.killAgent();
    await world.renewPortal();
    await world.startAgent();
    await world.ask({ type: "login", ...password, user: "björn" });
    await world.portal.called("GET", "/events");
    await world.ask({ type: "logout" });
    expect(world.portal.calls.some(({ path }) => ended.test(path))).toBe(false);
    expect(await entries()).toMatchObject([{ delivered: false }]);
  });

  test("writes a note to any entry, takes it back, and refuses one to nothing", async () => {
    await world.connect();
    const [entry] = await entries();
    const annotate = (note: string) => world.ask({ type: "annotate", entry: entry?.id ?? "", note });
    await annotate("first");
    await annotate("second");
    expect(await entries()).toMatchObject([{ note: "second", until: null, delivered: false }]);
    await annotate("");
    expect(await entries()).toMatchObject([{ note: "" }]);
    await expect(world.ask({ type: "annotate", entry: "nothing", note: "x" })).rejects.toMatchObject({
      cause: "notFound",
    });
    await world.ask({ type: "annotate", entry: "ticket-1", note: "the tunnel" });
    const all = await world.ask({ type: "history", where: "here", limit: 50 });
    expect(all).toMatchObject({ entries: [{}, { kind: "tunnel", note: "the tunnel", delivered: true }] });
  });

  test("reads a journal of a version without notes, and does not tell the portal all of it", async () => {
    await world.connect();
    await hangUp();
    await world.killAgent();
    const lines = (await readFile(journalFile(world.folder), "utf8")).trim().split("\n");
    const old = lines.map((line) => {
      const { entry, ...rest } = JSON.parse(line);
      if (entry === undefined) return JSON.stringify(rest);
      const { note: _note, delivered: _delivered, ...before } = entry;
      return JSON.stringify({ ...rest, entry: before });
    });
    await writeFile(journalFile(world.folder), `${old.filter((line) => !line.includes("Delivered")).join("\n")}\n`);
    world.portal.calls.length = 0;
    await world.startAgent();
    expect(await entries()).toMatchObject([{ note: "", delivered: true, orderNumber: "A-7" }]);
    await world.ask({ type: "login", ...password });
    await world.ask({ type: "logout" });
    expect(world.portal.calls.some(({ path }) => ended.test(path))).toBe(false);
  });

  test("asks no more where the portal says that it never will take it", async () => {
    world.portal.on["PUT /history/*"] = () => refuse("notFound");
    await world.connect();
    await hangUp();
    await world.ask({ type: "logout" });
    expect(await entries()).toMatchObject([{ delivered: false }]);
    await world.ask({ type: "login", ...password });
    await world.ask({ type: "logout" });
    expect(world.portal.calls.filter(({ path }) => ended.test(path))).toHaveLength(1);
  });
});

describe("the outbox", () => {
  const until = async (fits: () => boolean) => {
    while (!fits()) await new Promise(setImmediate);
  };

  test("goes on trying, ever slower, and at once when the portal answers again", async () => {
    await using world = await World.begin();
    const clock = new HandClock();
    const store = new Store(clock, () => 0.5);
    store.dispatch({ type: "signInSucceeded", identity: { portal: "portal.test", account: "acme", user: "anna" } });
    const path = join(world.folder, "outbox.jsonl");
    const entry = journalEntry("t1 i1", { kind: "connection", machine: "M-1", delivered: false });
    await new JournalFile(path).append({ type: "began", entry });
    const told: string[] = [];
    let away = true;
    const client = {
      reportHistory: async (intent: string) => {
        told.push(intent);
        if (away) throw new CauseError("noWay");
      },
    };
    const link = { host: "portal.test", hasSession: true, client } as unknown as PortalLink;
    const portals = { current: link } as unknown as Portals;
    const onFault = () => undefined;
    const outbox: Outbox = new Outbox({ journal: () => journal, portals, store, clock, random: () => 0.5, onFault });
    const journal: Journal = new Journal({ path, store, clock, onFault, onOwed: () => outbox.owed() });
    await journal.recover(null); // what a crash left open has ended now
    expect(clock.waiting).toEqual([3000]);
    const waits: (number | undefined)[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      clock.turn(clock.waiting[0] ?? 0);
      await until(() => clock.waiting.length > 0);
      waits.push(clock.waiting[0]);
    }
    expect(told).toEqual(["i1", "i1", "i1", "i1"]);
    expect(waits).toEqual([1000, 2000, 5000, 10_000]);
    away = false;
    outbox.reachable();
    clock.turn(0);
    await until(() => journal.owed().length === 0);
    await journal.written();
    expect(told).toHaveLength(5);
    expect(clock.waiting).toEqual([]);
    expect((await new JournalFile(path).read())[0]?.entry).toMatchObject({ delivered: true, ended: "internal" });
  });
});

test("a journal that has grown keeps what is owed, and what was refused", async () => {
  await using world = await World.begin();
  const path = join(world.folder, "grown.jsonl");
  const line = (id: string, more: Partial<JournalEntry>) => {
    const entry = journalEntry(id, { kind: "connection", machine: "m", delivered: false, ...more });
    return JSON.stringify({ type: "began", entry });
  };
  const end = (id: string) =>
    JSON.stringify({ type: "ended", id, until: "2026-11-21T11:00:00.000Z", received: 1, sent: 2, ended: null });
  const lines = [
    ...Array.from({ length: 5100 }, (_, index) => line(`old ${index}`, { kind: "tunnel", delivered: true })),
    ...["owed", "told", "refused", "noted"].flatMap((id) => [line(id, {}), end(id)]),
    JSON.stringify({ type: "endDelivered", id: "told", cause: null }),
    JSON.stringify({ type: "endDelivered", id: "refused", cause: "notFound" }),
    JSON.stringify({ type: "endDelivered", id: "noted", cause: null }),
    JSON.stringify({ type: "noted", id: "noted", note: "new" }),
  ];
  await writeFile(path, `${lines.join("\n")}\n`);
  const before = await new JournalFile(path).compact();
  expect(before).toHaveLength(2500);
  const after = await new JournalFile(path).read();
  expect(after).toEqual(before);
  expect(after.slice(-4).map(({ entry, end: told }) => [entry.id, entry.delivered, told])).toEqual([
    ["owed", false, "no"],
    ["told", true, "delivered"],
    ["refused", false, "refused"],
    ["noted", false, "delivered"],
  ]);
});
