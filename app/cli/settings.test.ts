import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BookEntry } from "../../contract/agent.ts";
import { initialPreferences } from "../../contract/preferences.ts";
import { FakeAgent } from "../face/testing/fake-agent.ts";
import { identity, journal, press, saw } from "./testing/examples.ts";
import { jsonOf, runCli } from "./testing/run.ts";

let agent: FakeAgent;
beforeEach(async () => {
  agent = await FakeAgent.start({ identity });
});
afterEach(() => agent[Symbol.asyncDispose]());

const run = (...words: string[]) => runCli(words, { environment: agent.environment });

describe("anslut settings", () => {
  test("shows all of them, and what the administrator has set, with the reason", async () => {
    const fixed = { preferences: ["theme" as const], portals: false, reason: "Regel 4 der Hausordnung" };
    agent.show({ preferences: { ...initialPreferences, theme: "contrast" }, fixed });
    const { stdout, code } = await run("settings");
    expect(code).toBe(0);
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/).slice(0, 2))).toEqual([
      ["SETTING", "VALUE"],
      ["language", "system"],
      ["theme", "contrast"],
      ["reconnect-after-sleep", "on"],
      ["start-at-login", "off"],
      ["keep-secrets", "on"],
      ["Why some are set by your administrator: Regel 4 der Hausordnung"],
      [""],
    ]);
    expect(stdout).toContain("set by your administrator");
    expect(jsonOf(await run("settings", "--json"))).toEqual({
      preferences: { ...initialPreferences, theme: "contrast" },
      fixed,
    });
  });

  test("changes one, and shows what holds then", async () => {
    agent.plays((request) => {
      if (request.type === "setPreferences") agent.show({ preferences: request.preferences });
      return { type: "done" };
    });
    const { stdout } = await run("settings", "language", "sv");
    expect(stdout).toMatch(/^language +sv /m);
    expect(stdout).not.toContain("theme");
    await run("settings", "reconnect-after-sleep", "off");
    await run("settings", "language", "system");
    expect(agent.requests).toMatchObject([
      { preferences: { ...initialPreferences, language: "sv" } },
      { preferences: { language: "sv", reconnectAfterSleep: false } },
      { preferences: { language: null, reconnectAfterSleep: false } },
    ]);
  });

  test.each([
    [["settings", "colour"], "language, theme, reconnect-after-sleep, start-at-login, keep-secrets"],
    [["settings", "constructor", "on"], "language, theme, reconnect-after-sleep, start-at-login, keep-secrets"],
    [["settings", "theme", "pink"], "system, light, dark, contrast"],
    [["settings", "keep-secrets", "toString"], "on, off"],
  ])("says what there is instead of %j", async (words, names) => {
    const outcome = await run(...words);
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining(names) });
    expect(agent.requests).toEqual([]);
  });
});

describe("anslut diagnostics", () => {
  const text = "Anslut diagnostics\n== Log\nend\n";
  beforeEach(() => agent.plays(() => ({ type: "diagnostics", name: "anslut.txt", text })));

  test("prints exactly what would leave", async () => {
    expect((await run("diagnostics")).stdout).toBe(text);
    expect(jsonOf(await run("diagnostics", "--json"))).toEqual({ name: "anslut.txt", text });
  });

  test("writes it to a file of the person alone", async () => {
    const path = join(agent.folder, "out.txt");
    expect((await run("diagnostics", "--output", path)).stdout).toContain(path);
    expect(await readFile(path, "utf8")).toBe(text);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await run("diagnostics", "--output", join(agent.folder, "no", "where"))).toMatchObject({ code: 5 });
  });
});

describe("anslut note", () => {
  beforeEach(() =>
    agent.plays(({ type }) => (type === "history" ? { type: "journal", entries: [...journal] } : { type: "done" })),
  );

  test("goes to the last connection, or to the entry that is named", async () => {
    expect((await run("note", "last", "Umrichter", "getauscht")).stdout).toBe("Written down for press-1.\n");
    expect((await run("note", "t1", "x")).stdout).toBe("Written down for the tunnel.\n");
    expect(agent.requests.filter(({ type }) => type === "annotate")).toMatchObject([
      { entry: "c2", note: "Umrichter getauscht" },
      { entry: "t1", note: "x" },
    ]);
    agent.show({ identity: null });
    expect((await run("note", "last", "x")).stdout).toContain("as soon as it can be reached");
  });

  test("says so where there is no such entry", async () => {
    expect(await run("note", "nothing", "x")).toMatchObject({ code: 1, stderr: expect.stringContaining("nothing") });
  });
});

describe("favourites", () => {
  const entry = (machine: typeof press, favourite: boolean): BookEntry => ({
    machine,
    mark: { favourite, note: "n", contact: "c" },
    lastUsed: null,
  });
  const book = [entry(press, false), entry(saw, true), entry({ ...press, id: "m99", name: "PRESS-2" }, false)];

  beforeEach(() =>
    agent.plays(async ({ type }, stage) => {
      if (type !== "followMachines") return { type: "done" };
      stage.part({ whole: true, more: true, from: null, entries: book.slice(0, 1), removed: [] });
      stage.part({ whole: false, more: false, from: null, entries: book.slice(1), removed: [] });
      return await stage.cancelled;
    }),
  );

  test("are kept and let go by name, and nothing else of the mark is lost", async () => {
    expect((await run("favourite", "press-1")).stdout).toBe("press-1 is a favourite now.\n");
    expect((await run("favourite", "m18", "--remove")).stdout).toBe("Säge 2 is no favourite any more.\n");
    expect(agent.requests.filter(({ type }) => type === "mark")).toMatchObject([
      { machine: "m17", mark: { favourite: true, note: "n", contact: "c" } },
      { machine: "m18", mark: { favourite: false, note: "n", contact: "c" } },
    ]);
    expect((await run("favourite", "press-2")).stdout).toContain("PRESS-2");
    expect(await run("favourite", "nobody")).toMatchObject({ code: 7 });
  });

  test("are a list of their own", async () => {
    const outcome = await run("machines", "--favourites", "--json");
    expect(jsonOf(outcome)).toMatchObject({ machines: [{ id: "m18" }], total: 1, from: null });
    expect((await run("machines", "--favourites")).stdout).toContain("Säge 2");
    expect((await run("machines", "--favourites", "press")).stdout).toContain("No machine matches");
  });

  test("that there are none is said, with the way to one", async () => {
    agent.plays(async (_, stage) => {
      stage.part({ whole: true, more: false, from: null, entries: [], removed: [] });
      return await stage.cancelled;
    });
    expect((await run("machines", "--favourites")).stdout).toContain("anslut favourite MACHINE");
  });
});
