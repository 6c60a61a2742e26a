import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { BookEntry, BookPart } from "../../../contract/agent.ts";
import { maxFrameBytes } from "../../../contract/constants.ts";
import { encodeFrame } from "../../../contract/frame.ts";
import type { Machine } from "../../../contract/portal.ts";
import { systemClock } from "../../dial/clock.ts";
import { refuse } from "../testing/fake-portal.ts";
import { password, World } from "../testing/world.ts";
import { Book } from "./book.ts";
import { keptMachine, readBook, writeBook } from "./book-file.ts";
import { BookMarks } from "./book-marks.ts";

// A whole agent with TLS and processes, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let world: World;
beforeEach(async () => {
  world = await World.begin();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const many = (count: number): readonly Machine[] =>
  Array.from({ length: count }, (_, index) => ({
    ...world.portal.machine(),
    id: `m${index + 1}`,
    name: `M-${index + 1}`,
    customer: index % 2 === 0 ? "Åkers Bruk AB" : "Holz & Söhne",
  }));

/** A face that follows the address book. */
class Follower {
  readonly parts: BookPart[] = [];
  readonly machines = new Map<string, BookEntry>();
  readonly #stopped = new AbortController();
  readonly ended: Promise<unknown>;
  #heard = Promise.withResolvers<void>();
  /** Held up: the face does not read. */
  gate: Promise<void> = Promise.resolve();

  constructor() {
    const take = async (part: BookPart): Promise<void> => {
      this.parts.push(part);
      if (part.whole) this.machines.clear();
      for (const entry of part.entries) this.machines.set(entry.machine.id, entry);
      for (const id of part.removed) this.machines.delete(id);
      this.#heard.resolve();
      this.#heard = Promise.withResolvers();
      await this.gate;
    };
    const context = { signal: this.#stopped.signal, part: take, ...nothing };
    this.ended = world.agent.requests.answer({ type: "followMachines", id: 1 }, context).catch((error) => error.cause);
  }

  get last(): BookPart | undefined {
    return this.parts.at(-1);
  }

  async until(fits: () => boolean): Promise<void> {
    while (!fits()) await this.#heard.promise;
  }

  /** Until the whole list is there as the portal says now. */
  async fresh(): Promise<void> {
    await this.until(() => this.last?.from === null && this.last.more === false && this.machines.size > 0);
  }

  stop(): void {
    this.#stopped.abort();
  }
}

const nothing = { progress: () => undefined, probed: () => undefined, become: () => undefined };
const mark = { favourite: true, note: "Antrieb links", contact: "Björn" };

describe("the address book", () => {
  test("is empty where nobody was ever signed in", async () => {
    const face = new Follower();
    await face.until(() => face.parts.length > 0);
    expect(face.parts).toEqual([{ whole: true, more: false, from: null, entries: [], removed: [] }]);
    await expect(world.ask({ type: "mark", machine: "m1", mark })).rejects.toMatchObject({ cause: "signedOut" });
    face.stop();
    expect(await face.ended).toBe("cancelled");
  });

  test("comes in pages of 500, one at a time, and is told in parts", async () => {
    world.portal.lists(many(1203));
    await world.signIn();
    const face = new Follower();
    await face.fresh();
    expect(face.machines.size).toBe(1203);
    expect(face.parts.every(({ entries }) => entries.length <= 500)).toBe(true);
    expect(face.parts.filter(({ whole }) => whole)[0]).toBe(face.parts[0]);
    const asked = world.portal.calls.filter(({ path }) => path === "/machines");
    expect(asked.map(({ query }) => `${query.get("limit")} ${query.get("after")}`)).toEqual([
      "500 null",
      "500 500",
      "500 1000",
    ]);
  });

  test("follows what the portal says", async () => {
    const machines = many(3);
    world.portal.lists(machines);
    await world.signIn();
    const face = new Follower();
    await face.fresh();
    world.portal.publish({ type: "machineChanged", machine: { ...machines[0]!, online: false, present: ["björn"] } });
    await face.until(() => face.machines.get("m1")?.machine.online === false);
    world.portal.publish({ type: "machineRemoved", machine: "m2" });
    await face.until(() => !face.machines.has("m2"));
    world.portal.publish({ type: "machineChanged", machine: { ...machines[0]!, id: "m9", name: "new" } });
    await face.until(() => face.machines.has("m9"));
    expect(face.last).toMatchObject({ whole: false, more: false, from: null });
  });

  test("is read anew after a gap, and only what is different is told", async () => {
    world.portal.lists(many(600));
    await world.signIn();
    const face = new Follower();
    await face.fresh();
    world.portal.lists(many(599).map((machine) => (machine.id === "m7" ? { ...machine, place: "Hall 4" } : machine)));
    const before = face.parts.length;
    world.portal.publish({ type: "resync" });
    await face.until(() => face.machines.get("m7")?.machine.place === "Hall 4" && !face.machines.has("m600"));
    const told = face.parts.slice(before).flatMap(({ entries, removed }) => [...entries, ...removed]);
    expect(told).toHaveLength(2);
  });

  test("believes an event more than a page that was asked for before it", async () => {
    const machines = many(1);
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    world.portal.on["GET /machines"] = async () => {
      asked.resolve();
      await answer.promise;
      return { machines, total: 1, after: null };
    };
    await world.signIn();
    const face = new Follower();
    await asked.promise;
    world.portal.publish({ type: "machineChanged", machine: { ...machines[0]!, online: false } });
    world.portal.publish({ type: "machineChanged", machine: { ...machines[0]!, id: "m2", name: "M-2" } });
    await face.until(() => face.machines.size === 2);
    answer.resolve();
    await face.fresh();
    expect(face.machines.get("m1")?.machine.online).toBe(false);
    expect(face.machines.has("m2")).toBe(true);
  });

  test("goes on trying where the portal fails in the middle", async () => {
    world.portal.lists(many(700));
    const pages = world.portal.on["GET /machines"]!;
    let failures = 1;
    world.portal.on["GET /machines"] = (call) =>
      call.query.get("after") === "500" && failures-- > 0 ? refuse("portalFault") : pages(call);
    await world.signIn();
    const face = new Follower();
    await face.fresh();
    expect(face.machines.size).toBe(700);
  });

  test("is there without the portal after a restart, with its age, marks and what was used last", async () => {
    world.portal.lists(
      many(3).map((machine) => (machine.id === "m3" ? { ...machine, name: "Säge\u2028zwei" } : machine)),
    );
    await world.connect();
    const face = new Follower();
    await face.fresh();
    await world.ask({ type: "mark", machine: "m2", mark });
    await face.until(() => face.machines.get("m2")?.mark.favourite === true);
    await world.killAgent();
    await world.portal.close();
    world.helper.tunnel = null;
    await world.startAgent();
    const later = new Follower();
    await later.until(() => later.machines.size === 3);
    expect(later.parts[0]).toMatchObject({ whole: true, more: false, from: expect.stringMatching(/^\d{4}-/) });
    expect(later.machines.get("m2")?.mark).toEqual(mark);
    expect(later.machines.get("m1")?.lastUsed).toMatch(/^\d{4}-/);
    expect(later.machines.get("m3")?.machine.name).toBe("Säge\u2028zwei");
  });

  test("is the person's alone", async () => {
    await world.signIn();
    const face = new Follower();
    await face.fresh();
    await world.ask({ type: "mark", machine: "m1", mark });
    await world.killAgent();
    const folder = join(world.folder, "state", "books");
    const files = await readdir(folder);
    expect(files).toHaveLength(3);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const file of files) expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
    await world.startAgent();
  });

  test("keeps marks through a list that came anew without the machine, and through rubbish in its file", async () => {
    world.portal.lists(many(2));
    await world.signIn();
    const face = new Follower();
    await face.fresh();
    await world.ask({ type: "mark", machine: "m2", mark });
    world.portal.lists(many(1));
    world.portal.publish({ type: "resync" });
    await face.until(() => face.machines.size === 1);
    world.portal.lists(many(2));
    world.portal.publish({ type: "resync" });
    await face.until(() => face.machines.size === 2);
    expect(face.machines.get("m2")?.mark).toEqual(mark);
    await world.killAgent();
    const folder = join(world.folder, "state", "books");
    for (const file of await readdir(folder)) {
      if (file.endsWith(".jsonl")) await writeFile(join(folder, file), "no JSON\n{");
    }
    await world.startAgent();
    await world.ask({ type: "login", ...password });
    const later = new Follower();
    await later.fresh();
    expect(later.machines.get("m2")?.mark).toEqual(mark);
  });

  test("is another one for another person, and the first one's again when they are back", async () => {
    world.portal.lists(many(2));
    await world.signIn();
    const face = new Follower();
    await face.fresh();
    await world.ask({ type: "mark", machine: "m1", mark });
    await world.ask({ type: "logout" });
    world.portal.lists(many(1));
    await world.ask({ type: "login", ...password, user: "björn" });
    await face.until(() => face.machines.size === 1 && face.last?.more === false);
    expect(face.machines.get("m1")?.mark.favourite).toBe(false);
    await world.ask({ type: "logout" });
    await world.ask({ type: "login", ...password });
    await face.until(() => face.machines.get("m1")?.mark.favourite === true);
  });

  test("does not pile up before a face that does not read", async () => {
    world.portal.lists(many(1500));
    await world.signIn();
    const quick = new Follower();
    await quick.fresh();
    const slow = new Follower();
    const { promise, resolve } = Promise.withResolvers<void>();
    slow.gate = promise;
    for (let turn = 0; turn < 5; turn++) {
      const machine = { ...many(1)[0]!, place: `Hall ${turn}` };
      world.portal.publish({ type: "machineChanged", machine });
      await quick.until(() => quick.machines.get("m1")?.machine.place === `Hall ${turn}`);
    }
    expect(slow.parts.length).toBeLessThanOrEqual(1);
    slow.gate = Promise.resolve();
    resolve();
    await slow.until(() => slow.last?.more === false && slow.machines.get("m1")?.machine.place === "Hall 4");
    expect(slow.machines.size).toBe(1500);
    expect(
      slow.parts.flatMap(({ entries }) => entries).filter(({ machine }) => machine.id === "m1").length,
    ).toBeLessThan(4);
  });

  test("keeps each part below a frame, whatever stands in it", async () => {
    const network = { network: "192.168.0.0/24", standIn: "100.64.3.0/24" };
    const grant = { destination: "192.168.0.10/32", protocol: "tcp" as const, ports: [102, 102] as [number, number] };
    const only = Array.from({ length: 256 }, () => grant);
    const wide = Array.from({ length: 4 }, () => ({ ...network, only }));
    const monster = Array.from({ length: 64 }, () => ({ ...network, only }));
    world.portal.lists(many(40).map((machine, index) => ({ ...machine, networks: index === 7 ? monster : wide })));
    await world.signIn();
    const face = new Follower();
    await face.fresh();
    expect(face.machines.size).toBe(40);
    for (const part of face.parts)
      expect(encodeFrame({ type: "machines", id: 1, part }).length).toBeLessThan(maxFrameBytes);
    expect(face.machines.get("m8")?.machine.networks).toEqual([]);
    expect(face.machines.get("m9")?.machine.networks).toHaveLength(4);
  });

  test("marks only what there is", async () => {
    await world.signIn();
    const face = new Follower();
    await face.fresh();
    await expect(world.ask({ type: "mark", machine: "nobody", mark })).rejects.toMatchObject({
      cause: "machineUnknown",
    });
  });
});

describe("without the portal", () => {
  const search = (wanted: string, more: { limit?: number; after?: string | null } = {}) =>
    world.ask({ type: "machines", search: wanted, limit: more.limit ?? 50, after: more.after ?? null });

  test("a search is answered from the address book, with its age", async () => {
    world.portal.lists(many(25));
    await world.signIn();
    const face = new Follower();
    await face.fresh();
    await world.portal.close();
    await face.until(() => face.last?.from !== null);
    const found = await search("akers m-1", { limit: 3 });
    expect(found).toMatchObject({ page: { total: 6, after: "book:3" }, from: expect.any(String) });
    const names = found.type === "machines" ? found.page.machines.map(({ name }) => name) : [];
    expect(names).toEqual(["M-1", "M-11", "M-13"]);
    expect(await search("akers m-1", { limit: 3, after: "book:3" })).toMatchObject({ page: { after: null } });
  });

  test("who never was there hears why not", async () => {
    world.portal.on["GET /machines"] = () => refuse("portalFault");
    await world.signIn();
    await expect(search("")).rejects.toMatchObject({ cause: "portalFault" });
  });
});

test("a name in a fresh book saves the search; whether one may, the portal says", async () => {
  world.portal.lists(many(2));
  await world.dial();
  const face = new Follower();
  await face.fresh();
  const searches = () => world.portal.calls.filter(({ query }) => query.has("search")).length;
  world.portal.on["POST /machines/m1/connect"] = () => refuse("rightsMissing");
  const wish = { type: "connect", networks: null, orderNumber: "", reason: "", standIn: false } as const;
  await expect(world.ask({ ...wish, machine: "m-1" })).rejects.toMatchObject({ cause: "rightsMissing" });
  expect(searches()).toBe(0);
});

test("20,000 machines", async () => {
  const path = join(world.folder, "book.jsonl");
  const owner = { portal: "portal.test", account: "acme", user: "anna" };
  const machines = new Map(many(20_000).map((machine) => [machine.id, keptMachine(machine)]));
  const beforeWriting = performance.now();
  await writeBook(path, owner, { from: "2026-11-21T12:00:00.000Z", machines });
  const written = performance.now() - beforeWriting;
  machines.clear();
  const marks = await BookMarks.open(join(world.folder, "marks.json"), () => undefined);
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  collect();
  const { heapUsed } = process.memoryUsage();
  const beforeReading = performance.now();
  const onFault = (error: unknown) => expect.unreachable(String(error));
  const book = await Book.open({ owner, path, marks, clock: systemClock, onFault, onChange: () => undefined });
  const read = performance.now() - beforeReading;
  collect();
  const megabytes = (process.memoryUsage().heapUsed - heapUsed) / 1e6;
  expect([...book.ids]).toHaveLength(20_000);
  expect(book.find("M-17")?.id).toBe("m17");
  expect(await readBook(path, { ...owner, user: "björn" })).toBeNull();
  const { size } = await stat(path);
  console.info(
    `20,000 machines: ${(size / 1e6).toFixed(1)} MB on the disk, written in ${Math.round(written)} ms, read in ` +
      `${Math.round(read)} ms, ${megabytes.toFixed(1)} MB in memory`,
  );
});
