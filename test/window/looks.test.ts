import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Scene, scenes } from "../../app/desktop/renderer/testing/scenes.ts";
import { expectAccessible, overflowing } from "./accessible.ts";
import { WindowStage } from "./open.ts";

let stage: WindowStage;

beforeAll(async () => {
  stage = await WindowStage.open();
});

afterAll(async () => {
  await stage?.close();
});

const themes = [
  { theme: "light", colorScheme: "light", forcedColors: "none" },
  { theme: "dark", colorScheme: "light", forcedColors: "none" },
  { theme: "contrast", colorScheme: "light", forcedColors: "none" },
  { theme: "system", colorScheme: "light", forcedColors: "active" },
] as const;

test.each(Object.entries(scenes))("the scene %s breaks no rule of axe in any theme", async (_, scene: Scene) => {
  const { page, push, complaints, close } = await stage.show(scene);
  await page.getByRole("navigation").waitFor();
  for (const { theme, ...media } of themes) {
    await page.emulateMedia(media);
    if (scene.state !== undefined) {
      await push("state", { ...scene.state, preferences: { ...scene.state.preferences, theme, language: "en" } });
      await page.locator(`html[data-theme=${theme}]`).waitFor();
    }
    await expectAccessible(page);
  }
  expect(complaints).toEqual([]);
  await close();
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

test("the dialogues break no rule of axe", async () => {
  const { page, push, close } = await stage.show(scenes.ready);
  await push("connectAsked", { machine: "machine-17", detail: "" });
  await page.getByRole("dialog").waitFor();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("F1");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await expectAccessible(page);
  await close();
});

test("the whole renderer is below 350 kB, gzipped", () => {
  const folder = join(import.meta.dirname, "..", "..", "dist", "window");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.map((entry) => gzipSync(readFileSync(join(entry.parentPath, entry.name))).length);
  const kB = bytes.reduce((sum, size) => sum + size, 0) / 1000;
  console.log(`renderer: ${kB.toFixed(0)} kB gzipped`);
  expect(kB).toBeLessThan(350);
});
