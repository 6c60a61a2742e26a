import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Preferences } from "../../../contract/preferences.ts";
import { expectAccessible, overflowing } from "../accessible.ts";
import { type OpenWindow, WindowStage } from "../open.ts";
import { type ScreenName, screens, showScreen } from "./screens.ts";

let stage: WindowStage;

beforeAll(async () => {
  stage = await WindowStage.open();
});

afterAll(async () => {
  await stage?.close();
});

const names = Object.keys(screens) as readonly ScreenName[];

async function prefer({ push, program }: OpenWindow, change: Partial<Preferences>): Promise<void> {
  const { state } = program.scene;
  if (state === undefined) throw new Error("the scene has no state");
  await push("state", { ...state, preferences: { ...state.preferences, ...change } });
}

describe.each(names)("the screen %s", (name) => {
  test("breaks no rule of axe in any theme, and nothing of the content policy", async () => {
    const window = await showScreen(stage, name);
    const { page, complaints, close } = window;
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: "dark" });
    await expectAccessible(page);
    await prefer(window, { theme: "contrast" });
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: "light" });
    await expectAccessible(page);
    await page.emulateMedia({ forcedColors: "active" });
    await expectAccessible(page);
    expect(complaints).toEqual([]);
    await close();
  });

  test.each(["de", "sv"] as const)("fits into a small window in %s", async (language) => {
    const window = await showScreen(stage, name, { width: 900, height: 600 });
    const { page, close } = window;
    await prefer(window, { language });
    await page.locator(`html[lang=${language}]`).waitFor();
    expect(await overflowing(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(900);
    expect(
      await page.evaluate(() =>
        [...document.querySelectorAll(".panel")].map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth),
      ),
    ).toEqual([0]);
    await close();
  });

  test("is reached as a whole at 200 % of a small screen", async () => {
    const { page, close } = await showScreen(stage, name, { width: 640, height: 400 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(640);
    expect(await overflowing(page)).toEqual([]);
    await expectAccessible(page);
    await close();
  });
});
