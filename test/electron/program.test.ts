import { execFile } from "node:child_process";
import { chown } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { _electron, type ElectronApplication, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FakeAgent } from "../../app/face/testing/fake-agent.ts";
import { distDir } from "../../build/paths.ts";
import { windowCallNames } from "../../contract/window-names.ts";
import { type Launcher, makeLauncher, nobody } from "./launcher.ts";
import { runtimeHere } from "./runtime.ts";
import { openScreen, type Screen } from "./screen.ts";

// The program itself, on the runtime that package.json names; only where one is at hand.

const runtime = runtimeHere();
const isOurs = runtime !== undefined && runtime.major >= 45;

describe.runIf(isOurs)("the program in Electron", () => {
  let launcher: Launcher;
  let screen: Screen;
  let agent: FakeAgent;
  let program: ElectronApplication;
  let page: Page;
  let words: readonly string[];
  let env: Record<string, string>;

  beforeAll(async () => {
    [launcher, screen, agent] = await Promise.all([
      makeLauncher(runtime?.program ?? ""),
      openScreen(),
      FakeAgent.start({
        session: { state: "signedIn" },
        identity: { portal: "portal.example", account: "acme", user: "anna" },
      }),
    ]);
    // The agent's folder is of whoever runs the program.
    for (const path of ["", "anslut", "anslut/agent.key", "anslut/agent.sock"]) {
      await chown(join(agent.folder, path), nobody, nobody);
    }
    words = [`--user-data-dir=${join(launcher.folder, "data")}`, distDir];
    env = { PATH: process.env.PATH ?? "", HOME: launcher.folder, DISPLAY: screen.name, XDG_RUNTIME_DIR: agent.folder };
    program = await _electron.launch({ executablePath: launcher.program, args: [...words], env });
    page = await program.firstWindow();
    await page.waitForLoadState();
  });

  afterAll(async () => {
    await program?.close();
    await agent?.[Symbol.asyncDispose]();
    await screen?.close();
    await launcher?.remove();
  });

  test("opens its window on its own page, with the contract's calls and nothing of Node", async () => {
    expect(page.url()).toBe("app://anslut/index.html");
    const found = await page.evaluate(() => ({
      names: Object.keys(Object(Reflect.get(window, "anslut"))).sort(),
      node: [typeof Reflect.get(window, "require"), typeof Reflect.get(window, "process")],
    }));
    expect(found).toEqual({ names: [...windowCallNames, "on"].sort(), node: ["undefined", "undefined"] });
    await page.getByRole("navigation", { name: "Places" }).waitFor();
  });

  test("goes nowhere else and opens nothing", async () => {
    expect(await page.evaluate(() => window.open("https://example.invalid/") === null)).toBe(true);
    await page.evaluate(() => {
      location.href = "https://example.invalid/";
    });
    await page.getByRole("navigation", { name: "Places" }).waitFor();
    expect(page.url()).toBe("app://anslut/index.html");
    expect(await page.evaluate(() => fetch("app://anslut/..%2fmain%2fmain.mjs").catch(() => "refused"))).toBe(
      "refused",
    );
  });

  test("gives a page of its own no rights", async () => {
    const state = await page.evaluate(async () => (await navigator.permissions.query({ name: "geolocation" })).state);
    expect(state).toBe("denied");
    expect(
      await program.evaluate(({ BrowserWindow }) => {
        const [window] = BrowserWindow.getAllWindows();
        return window?.webContents.session.isPersistent();
      }),
    ).toBe(false);
  });

  test("has a menu in the person's language, at once", async () => {
    const labels = (): Promise<readonly string[]> =>
      program.evaluate(({ Menu }) => (Menu.getApplicationMenu()?.items ?? []).map(({ label }) => label));
    agent.show({ preferences: { ...agent.state.preferences, language: "sv" } });
    await expect.poll(labels, { timeout: 10_000 }).toContain("Redigera");
  });

  test("is there once: the second one hands over its link and ends, and the first one asks", async () => {
    const second = [...words, "anslut://connect?id=m-17"];
    await promisify(execFile)(launcher.program, second, { env });
    await page.getByRole("dialog").waitFor();
    expect(agent.requests.filter(({ type }) => type === "connect")).toEqual([]);
  });
});
