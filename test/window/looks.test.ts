import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Scene, scenes } from "../../app/desktop/renderer/testing/scenes.ts";
import { CauseError } from "../../contract/causes.ts";
import { expectAccessible, expectAccessibleInEveryLook, overflowing } from "./accessible.ts";
import { WindowStage } from "./open.ts";

let stage: WindowStage;

beforeAll(async () => {
  stage = await WindowStage.open();
});

afterAll(async () => {
  await stage?.close();
});

test.each(Object.entries(scenes))("the scene %s breaks no rule of axe in any look", async (_, scene: Scene) => {
  const window = await stage.show(scene);
  await window.page.getByRole("navigation").waitFor();
  await expectAccessibleInEveryLook(window);
  expect(window.complaints).toEqual([]);
  await window.close();
});

function inGerman(scene: Scene): Scene {
  if (scene.state === undefined) return scene;
  return { ...scene, state: { ...scene.state, preferences: { ...scene.state.preferences, language: "de" } } };
}

test.each(Object.entries(scenes))(
  "in German at 900 × 600, no text of %s is wider than its control",
  async (_, scene: Scene) => {
    const { page, close } = await stage.show(inGerman(scene), { locale: "de", width: 900, height: 600 });
    await page.getByRole("navigation", { name: "Bereiche" }).waitFor();
    expect(await overflowing(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(900);
    await close();
  },
);

test.each(["signedOut", "connected", "failed"] as const)(
  "at twice the size on a small screen, and in dark contrast, all of %s is reached",
  async (name) => {
    const { state } = scenes[name];
    const preferences = { ...state.preferences, theme: "contrast" as const };
    const look = { width: 640, height: 400, colorScheme: "dark" } as const;
    const { page, close } = await stage.show({ ...scenes[name], state: { ...state, preferences } }, look);
    await page.locator("html[data-theme=contrast]").waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(640);
    await expectAccessible(page);
    await close();
  },
);

test("the dialogues break no rule of axe in any look", async () => {
  const window = await stage.show(scenes.ready);
  const { page, push } = window;
  const dialog = page.getByRole("dialog");
  const look = async (name: string): Promise<void> => {
    await page.getByRole("dialog", { name }).waitFor();
    await expectAccessibleInEveryLook(window);
    // Looked at is the dialogue and nothing that came after it.
    expect(await dialog.count()).toBe(1);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  };
  await push("connectAsked", { machine: "machine-17", detail: "" });
  await look("Connect to pump-17");
  await push("connectAsked", { machine: "nobody-knows", detail: "" });
  await look("There is no such machine");
  await page.keyboard.press("F1");
  await look("Keys");
  const entry = { port: 443, authority: null, pin: "0".repeat(64), remembered: null, last: null, fixedByPolicy: false };
  window.program.answer("portals", () => ({ type: "portals", portals: [{ ...entry, host: "old.example" }] }));
  await page.keyboard.press("Control+5");
  await page.getByRole("button", { name: "Remove old.example" }).click();
  await look("Remove old.example?");
  await window.close();
});

test("the dialogue of a connection that failed breaks no rule of axe in any look", async () => {
  const window = await stage.show(scenes.ready);
  window.program.answer("connect", () => {
    throw new CauseError("machineOffline");
  });
  await window.page.keyboard.press("Control+k");
  await window.page.keyboard.type("filler-22");
  await window.page.keyboard.press("Control+Enter");
  await window.page.getByRole("dialog").getByRole("alert").waitFor();
  await expectAccessibleInEveryLook(window);
  await window.close();
});

test("the whole renderer is below 350 kB, gzipped", () => {
  const folder = join(import.meta.dirname, "..", "..", "dist", "window");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.map((entry) => gzipSync(readFileSync(join(entry.parentPath, entry.name))).length);
  const kB = bytes.reduce((sum, size) => sum + size, 0) / 1000;
  console.log(`renderer: ${kB.toFixed(0)} kB gzipped`);
  expect(kB).toBeLessThan(350);
});
