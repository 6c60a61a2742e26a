import { execFile } from "node:child_process";
import { chown } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { _electron, type ElectronApplication, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSessionBus, type SessionBus } from "../../app/desktop/main/testing/session-bus.ts";
import { textsIn } from "../../app/desktop/tray/texts.ts";
import { FakeAgent } from "../../app/face/testing/fake-agent.ts";
import { distDir } from "../../build/paths.ts";
import { windowCallNames } from "../../contract/window-names.ts";
import { type Launcher, makeLauncher, nobody } from "./launcher.ts";
import { runtimeHere } from "./runtime.ts";
import { openScreen, type Screen } from "./screen.ts";

// The program itself, on the runtime that package.json names; only where one is at hand.

const runtime = runtimeHere();
const isOurs = runtime !== undefined && runtime.major >= 45;

const leftOut =
  runtime === undefined ? "no runtime, or no display, at hand" : `the runtime at hand is Electron ${runtime.major}`;

describe.runIf(isOurs)(`the program in Electron${isOurs ? "" : ` (left out: ${leftOut})`}`, () => {
  let launcher: Launcher;
  let screen: Screen;
  let agent: FakeAgent;
  let bus: SessionBus;
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
    agent.plays((request, stage) => {
      if (request.type === "handOver") return { type: "handOver", address: "https://portal.example", code: "1" };
      // The portal's pages stay under way: what they are given can be seen all the same.
      if (request.type === "portalStream") return stage.cancelled;
      return { type: "done" };
    });
    bus = await openSessionBus();
    await bus.own("org.kde.StatusNotifierWatcher");
    // The agent's folder is of whoever runs the program.
    for (const path of ["", "anslut", "anslut/agent.key", "anslut/agent.sock"]) {
      await chown(join(agent.folder, path), nobody, nobody);
    }
    words = [`--user-data-dir=${join(launcher.folder, "data")}`, distDir];
    env = {
      ...{ PATH: process.env.PATH ?? "", HOME: launcher.folder, DISPLAY: screen.name },
      ...{ XDG_RUNTIME_DIR: agent.folder, DBUS_SESSION_BUS_ADDRESS: bus.address },
    };
    program = await _electron.launch({ executablePath: launcher.program, args: [...words], env });
    page = await program.firstWindow();
    await page.waitForLoadState();
  });

  afterAll(async () => {
    await program?.close();
    await agent?.[Symbol.asyncDispose]();
    await bus?.close();
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

  test("has the state in its tray, and shows there what changes", async () => {
    await program.evaluate(({ Menu }) => {
      const labels: string[] = [];
      const build = Menu.buildFromTemplate.bind(Menu);
      Menu.buildFromTemplate = (template) => {
        labels.push(...template.map(({ label }) => label ?? ""));
        return build(template);
      };
      Reflect.set(globalThis, "trayLabels", labels);
    });
    agent.show({ preferences: { ...agent.state.preferences, language: "de" } });
    const { say } = textsIn("de");
    const labels = (): Promise<unknown> => program.evaluate(() => Reflect.get(globalThis, "trayLabels"));
    await expect
      .poll(labels, { timeout: 10_000 })
      .toEqual(expect.arrayContaining([say("tray.dial"), say("tray.open"), say("tray.quit")]));
    agent.show({ preferences: { ...agent.state.preferences, language: "en" } });
  });

  test("gives the portal's pages no bridge: no preload, no Node, a sandbox and a session of their own", async () => {
    await page.getByRole("navigation", { name: "Places" }).getByRole("button", { name: "Portal", exact: true }).click();
    const views = (): Promise<readonly object[]> =>
      program.evaluate(({ BrowserWindow, webContents }) => {
        const [window] = BrowserWindow.getAllWindows();
        const others = webContents.getAllWebContents().filter((contents) => contents !== window?.webContents);
        return others.map((contents) => {
          const given = Reflect.apply(Reflect.get(contents, "getLastWebPreferences"), contents, []) as Record<
            string,
            unknown
          >;
          const { preload, nodeIntegration, contextIsolation, sandbox } = given;
          const isApart = contents.session !== window?.webContents.session && !contents.session.isPersistent();
          return { preload: preload ?? null, nodeIntegration, contextIsolation, sandbox, isApart };
        });
      });
    await expect
      .poll(views, { timeout: 10_000 })
      .toEqual([{ preload: null, nodeIntegration: false, contextIsolation: true, sandbox: true, isApart: true }]);
    await page
      .getByRole("navigation", { name: "Places" })
      .getByRole("button", { name: "Machines", exact: true })
      .click();
  });

  test("comes forward when it is started once more, and asks nothing", async () => {
    const isShown = (): Promise<boolean | undefined> =>
      program.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible());
    await program.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    expect(await isShown()).toBe(false);
    await promisify(execFile)(launcher.program, [...words], { env });
    await expect.poll(isShown, { timeout: 10_000 }).toBe(true);
    expect(await program.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  test("is there once: the second one hands over its link and ends, and the first one asks", async () => {
    const second = [...words, "anslut://connect?id=m-17"];
    await promisify(execFile)(launcher.program, second, { env });
    await page.getByRole("dialog").waitFor();
    expect(agent.requests.filter(({ type }) => type === "connect")).toEqual([]);
  });
});
