import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { JournalFile } from "../history/journal-file.ts";
import { readPolicy } from "../settings/policy.ts";
import { decodeSettings, initialSettings } from "../settings/settings.ts";
import { journalEntry } from "../testing/journal-entries.ts";
import { decodeNetworkMemory, emptyNetworkMemory, recallWay, rememberWay } from "../ways/network-memory.ts";
import { KeptFile } from "./kept-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "anslut-files-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const ended = (id: string) =>
  ({ type: "ended", id, until: "2026-11-21T13:00:00.000Z", received: 5, sent: 6, ended: "tunnelLost" }) as const;

const entriesOf = async (journal: JournalFile) => (await journal.read()).map((kept) => kept.entry);

describe("the settings", () => {
  const moved: string[] = [];
  const open = () =>
    KeptFile.open({
      path: join(folder, "config", "settings.json"),
      decode: decodeSettings,
      initial: initialSettings,
      onMoved: (detail) => moved.push(detail),
    });
  beforeEach(() => {
    moved.length = 0;
  });

  test("survive the agent, readable by the person alone", async () => {
    const settings = await open();
    await settings.change((value) => ({ ...value, proxy: { mode: "none" } }));
    expect((await open()).value.proxy).toEqual({ mode: "none" });
    const path = join(folder, "config", "settings.json");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, "config"))).toEqual(["settings.json"]);
  });

  test("that were changed many times at once end with the last", async () => {
    const settings = await open();
    await Promise.all(
      Array.from({ length: 20 }, (_, port) =>
        settings.change((value) => ({ ...value, proxy: { mode: "manual", host: "p", port: port + 1 } })),
      ),
    );
    expect((await open()).value.proxy).toEqual({ mode: "manual", host: "p", port: 20 });
  });

  test.each([
    ["half written", '{"version": 1, "port'],
    ["of an unknown version", '{"version": 2}'],
    ["with an unknown field", JSON.stringify({ ...initialSettings, extra: 1 })],
    ["empty", ""],
  ])("that are %s are moved aside, and that is said", async (_, text) => {
    await mkdir(join(folder, "config"));
    const path = join(folder, "config", "settings.json");
    await writeFile(path, text);
    expect((await open()).value).toEqual(initialSettings);
    expect(await readFile(`${path}.unreadable`, "utf8")).toBe(text);
    expect(moved).toHaveLength(1);
  });

  test("that cannot be written say diskFault and hold in memory", async () => {
    await writeFile(join(folder, "config"), "a file where the directory should be");
    const settings = await open();
    await expect(settings.change((value) => ({ ...value, laptop: "x" }))).rejects.toMatchObject({ cause: "diskFault" });
    expect(settings.value.laptop).toBe("x");
  });
});

describe("the journal", () => {
  test("says what began and how it ended", async () => {
    const journal = new JournalFile(join(folder, "history.jsonl"));
    await journal.append({ type: "began", entry: journalEntry("1") });
    await journal.append({ type: "began", entry: journalEntry("2") });
    await journal.append(ended("1"));
    expect(await entriesOf(journal)).toEqual([
      { ...journalEntry("1"), until: "2026-11-21T13:00:00.000Z", received: 5, sent: 6, ended: "tunnelLost" },
      journalEntry("2"),
    ]);
  });

  test("keeps what the disk did not take, shows it, and writes it as soon as there is room", async () => {
    const path = join(folder, "state", "history.jsonl");
    await writeFile(join(folder, "state"), "no room for a directory");
    const journal = new JournalFile(path);
    await expect(journal.append({ type: "began", entry: journalEntry("1") })).rejects.toThrow();
    expect((await journal.read()).map((kept) => kept.entry.id)).toEqual(["1"]);
    await rm(join(folder, "state"));
    await journal.append({ type: "began", entry: journalEntry("2") });
    expect((await new JournalFile(path).read()).map((kept) => kept.entry.id)).toEqual(["1", "2"]);
  });

  test("passes over half a line of a power cut and goes on behind it", async () => {
    const path = join(folder, "history.jsonl");
    const journal = new JournalFile(path);
    await journal.append({ type: "began", entry: journalEntry("1") });
    await appendFile(path, '{"type":"began","entry":{"kind":"tun');
    expect(await entriesOf(journal)).toEqual([journalEntry("1")]);
    await journal.append({ type: "began", entry: journalEntry("2") });
    expect((await entriesOf(new JournalFile(path))).map(({ id }) => id)).toEqual(["1", "2"]);
  });

  test("loses nothing that was acknowledged when its writer is killed in the middle of writing", async () => {
    const path = join(folder, "history.jsonl");
    for (let round = 0; round < 3; round++) {
      const writer = spawn(process.execPath, [
        join(import.meta.dirname, "..", "testing", "journal-writer.ts"),
        path,
        String(round),
      ]);
      let told = "";
      writer.stdout.on("data", (chunk) => {
        told += chunk;
        if (told.split("\n").length > 20) writer.kill("SIGKILL");
      });
      await once(writer, "close");
      const acknowledged = told.split("\n").slice(0, -1);
      expect(acknowledged.length).toBeGreaterThan(10);
      const kept = (await entriesOf(new JournalFile(path))).map(({ id }) => id);
      expect(kept).toEqual(expect.arrayContaining(acknowledged));
    }
  }, 30_000);

  test("keeps its last entries when it has grown, and the older ones beside it", async () => {
    const path = join(folder, "history.jsonl");
    const lines = Array.from({ length: 5200 }, (_, index) =>
      JSON.stringify({ type: "began", entry: journalEntry(String(index)) }),
    );
    await writeFile(path, `${lines.join("\n")}\n`);
    const kept = await new JournalFile(path).compact();
    expect(kept).toHaveLength(2500);
    expect(kept.at(-1)?.entry.id).toBe("5199");
    expect(await new JournalFile(`${path}.1`).read()).toHaveLength(2700);
    expect(await new JournalFile(path).read()).toHaveLength(2500);
  });
});

describe("the memory of networks", () => {
  test("knows the winner per network, portal and purpose, and forgets the oldest network", async () => {
    const path = join(folder, "networks.json");
    const onMoved = (detail: string) => expect.unreachable(detail);
    const file = await KeptFile.open({ path, decode: decodeNetworkMemory, initial: emptyNetworkMemory, onMoved });
    const at = "2026-11-21T12:00:00.000Z";
    const won = (network: string, purpose: "tunnel" | "https", way: string) =>
      rememberWay(file, { network, portal: "p:443", purpose, way, at });
    await won("home", "tunnel", "a");
    await won("home", "https", "b");
    expect(recallWay(file.value, "home", "p:443", "tunnel")).toBe("a");
    expect(recallWay(file.value, "home", "p:443", "https")).toBe("b");
    expect(recallWay(file.value, "home", "other:443", "https")).toBeNull();
    await Promise.all(Array.from({ length: 100 }, (_, index) => won(`hotel ${index}`, "tunnel", "x")));
    expect(recallWay(file.value, "home", "p:443", "tunnel")).toBeNull();
    expect(recallWay(file.value, "hotel 99", "p:443", "tunnel")).toBe("x");
  });
});

describe("the administrator's policy", () => {
  const policy = {
    version: 1,
    tunnel: { serverNames: null, authorities: null, alsoRoute: [], neverRoute: [] },
    portals: { preset: [], others: true, acceptChangedCertificate: false },
    proxy: null,
  };

  test("is none, valid, or not one to go by", async () => {
    const path = join(folder, "policy.json");
    expect(await readPolicy(path)).toEqual({ state: "none" });
    await writeFile(path, JSON.stringify(policy));
    await chmod(path, 0o666);
    expect(await readPolicy(path)).toMatchObject({ state: "invalid" });
    await writeFile(path, "{}");
    await chmod(path, 0o644);
    expect(await readPolicy(path)).toMatchObject({ state: "invalid" });
  });
});
