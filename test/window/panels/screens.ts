import { machine } from "../../../app/desktop/renderer/testing/machines.ts";
import {
  about,
  bundle,
  diagnosis,
  journal,
  judged,
  panelScenes,
  portalHistory,
  probes,
} from "../../../app/desktop/renderer/testing/panel-scenes.ts";
import type { Scene } from "../../../app/desktop/renderer/testing/scenes.ts";
import type { WindowAsk } from "../../../contract/window.ts";
import type { FakeProgram } from "../fake-program.ts";
import type { OpenWindow, WindowLook, WindowStage } from "../open.ts";

/** What a screen of a place is made of: what the program says and answers, and what the person has done until then. */
export interface Screen {
  readonly scene: Scene;
  readonly prepare?: (program: FakeProgram) => void;
  readonly act: (window: OpenWindow) => Promise<void>;
}

export const machineName = machine(17).name;

/** Answers of an agent that has seen a week of work. */
export function withHistory(program: FakeProgram): void {
  program.answer("history", ({ where }) =>
    where === "here" ? { type: "journal", entries: [...journal] } : portalHistory,
  );
}

export async function openMachine({ page, push }: OpenWindow, name = machineName): Promise<void> {
  await push("shown", { place: "machines" });
  const search = page.getByRole("searchbox");
  await search.fill(name);
  await page.getByRole("row", { name }).first().click();
  await page.getByRole("article", { name }).waitFor();
}

/** Pushes some minutes of round trips and data, with the page's clock going along. */
export async function live({ page, push, program }: OpenWindow, samples = 40): Promise<void> {
  const { state } = program.scene;
  if (state === undefined) return;
  const start = await page.evaluate(() => Date.now());
  let received = state.tunnel?.received ?? 0;
  for (let step = 0; step < samples; step += 1) {
    await page.clock.setFixedTime(start + step * 7000);
    const busy = step > 12 && step < 24 ? 160_000 : 3000;
    received += busy * 7;
    const wave = Math.round(38 + 9 * Math.sin(step / 2.3) + (step === 17 ? 46 : 0));
    await push("state", {
      ...state,
      tunnel: state.tunnel && {
        ...state.tunnel,
        received,
        sent: state.tunnel.sent + step * 900 * 7,
      },
      connections: state.connections.map((each) =>
        each.status.state === "connected" ? { ...each, status: { ...each.status, roundTripMs: wave } } : each,
      ),
    });
  }
  // The time axis goes on by itself every other second; what is pushed draws at once.
}

/** Answers a request for as long as nobody lets it go; says the number of the request. */
export function holding(program: FakeProgram, type: "check" | "doctor"): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  program.answer(type, (ask: WindowAsk) => {
    resolve(ask.id);
    return new Promise(() => undefined);
  });
  return promise;
}

export async function goTo(
  { page, push }: OpenWindow,
  place: "doctor" | "history" | "settings" | "about",
): Promise<void> {
  await push("shown", { place });
  await page.getByRole("heading", { level: 1 }).waitFor();
}

const examined = {
  scene: panelScenes.idle,
  prepare: (program: FakeProgram) => {
    program.answer("doctor", () => ({ type: "diagnosis", diagnosis }));
    program.answer("diagnostics", () => bundle);
  },
} as const;

export const screens = {
  idle: { scene: panelScenes.idle, prepare: withHistory, act: (window) => openMachine(window) },
  connected: {
    scene: panelScenes.connected,
    prepare: withHistory,
    act: async (window) => {
      await openMachine(window);
      await live(window);
    },
  },
  overlapHere: { scene: panelScenes.overlapHere, act: (window) => openMachine(window) },
  overlapMachine: { scene: panelScenes.overlapMachine, act: (window) => openMachine(window) },
  overlapGateway: { scene: panelScenes.overlapGateway, act: (window) => openMachine(window) },
  silentRouter: { scene: panelScenes.silentRouter, act: (window) => openMachine(window) },
  silentDevices: { scene: panelScenes.silentDevices, act: (window) => openMachine(window) },
  routeErrors: { scene: panelScenes.routeErrors, act: (window) => openMachine(window) },
  failed: { scene: panelScenes.failed, act: (window) => openMachine(window) },
  offline: { scene: panelScenes.offline, prepare: withHistory, act: (window) => openMachine(window) },
  testing: {
    scene: panelScenes.connected,
    act: async (window) => {
      const { page, program, push } = window;
      const asked = holding(program, "check");
      await openMachine(window);
      await page.getByRole("button", { name: "Test", exact: true }).click();
      const id = await asked;
      for (const probe of probes.slice(0, 9)) await push("probed", { id, probe });
      await page.getByRole("progressbar").scrollIntoViewIfNeeded();
    },
  },
  tested: {
    scene: panelScenes.connected,
    prepare: (program) => {
      program.answer("check", () => ({
        type: "reachability",
        machine: machineName,
        probes: [...probes],
        devices: [...judged],
      }));
    },
    act: async (window) => {
      const { page } = window;
      await openMachine(window);
      await page.getByRole("button", { name: "Test", exact: true }).click();
      await page.getByRole("region", { name: "192.168.0.10", exact: true }).scrollIntoViewIfNeeded();
      await page.getByRole("heading", { name: "Test the devices" }).evaluate((heading) => heading.scrollIntoView());
    },
  },
  doctorBefore: { scene: panelScenes.idle, act: (window) => goTo(window, "doctor") },
  examining: {
    scene: panelScenes.idle,
    act: async (window) => {
      const { page, program, push } = window;
      const asked = holding(program, "doctor");
      await goTo(window, "doctor");
      await page.getByRole("button", { name: "Examine" }).click();
      const id = await asked;
      for (const check of diagnosis.checks.slice(0, 4)) await push("progress", { id, check });
    },
  },
  examined: {
    ...examined,
    act: async (window) => {
      await goTo(window, "doctor");
      await window.page.getByRole("button", { name: "Examine" }).click();
      await window.page.getByRole("heading", { name: "Page for the customer’s IT" }).waitFor();
    },
  },
  diagnostics: {
    ...examined,
    act: async (window) => {
      const { page } = window;
      await goTo(window, "doctor");
      await page.getByRole("button", { name: "Show what it holds" }).click();
      await page.getByRole("searchbox", { name: "Search in it" }).fill("echo 34");
    },
  },
  history: {
    scene: panelScenes.connected,
    prepare: withHistory,
    act: async (window) => {
      await goTo(window, "history");
      await window.page.getByRole("button", { name: /4698/ }).click();
    },
  },
  historyPortal: {
    scene: panelScenes.connected,
    prepare: withHistory,
    act: async (window) => {
      await goTo(window, "history");
      await window.page.getByRole("tab", { name: "Portal" }).click();
      await window.page.getByRole("button", { name: /Look at the drives/ }).click();
    },
  },
  historyEmpty: { scene: panelScenes.idle, act: (window) => goTo(window, "history") },
  settings: {
    scene: panelScenes.idle,
    prepare: (program) => {
      program.answer("proxy", () => ({
        type: "proxy",
        setting: { mode: "manual", host: "proxy.office.example", port: 3128 },
        credentials: true,
        fixedByPolicy: false,
      }));
    },
    act: (window) => goTo(window, "settings"),
  },
  settingsFixed: {
    scene: panelScenes.fixed,
    prepare: (program) => {
      program.answer("proxy", () => ({
        type: "proxy",
        setting: { mode: "pac", source: "http://wpad.office.example/wpad.dat" },
        credentials: false,
        fixedByPolicy: true,
      }));
    },
    act: (window) => goTo(window, "settings"),
  },
  settingsFixedWay: {
    scene: panelScenes.fixedWay,
    prepare: (program) => {
      program.answer("proxy", () => ({
        type: "proxy",
        setting: { mode: "manual", host: "proxy.office.example", port: 3128 },
        credentials: false,
        fixedByPolicy: true,
      }));
    },
    act: (window) => goTo(window, "settings"),
  },
  about: {
    scene: panelScenes.idle,
    prepare: (program) => program.on("about", () => about),
    act: (window) => goTo(window, "about"),
  },
} as const satisfies Readonly<Record<string, Screen>>;
export type ScreenName = keyof typeof screens;

/** Opens a screen and does what leads to it. */
export async function showScreen(stage: WindowStage, name: ScreenName, look: WindowLook = {}): Promise<OpenWindow> {
  const screen: Screen = screens[name];
  const window = await stage.show(screen.scene, look);
  screen.prepare?.(window.program);
  await screen.act(window);
  return window;
}
