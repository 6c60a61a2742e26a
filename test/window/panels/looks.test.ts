import { afterAll, beforeAll, expect, test } from "vitest";
import type { Preferences } from "../../../contract/preferences.ts";
import { expectAccessible, expectAccessibleInEveryLook, overflowing } from "../accessible.ts";
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

async function expectToFit({ page }: OpenWindow, width: number): Promise<void> {
  expect(await overflowing(page)).toEqual([]);
  const wide = await page.evaluate(() => ({
    page: document.documentElement.scrollWidth,
    panels: [...document.querySelectorAll(".panel")].map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth),
  }));
  expect(wide.page).toBeLessThanOrEqual(width);
  expect(wide.panels).toEqual([0]);
}

test.each(names)("the screen %s breaks no rule of axe in any look, nor the content policy", async (name) => {
  const window = await showScreen(stage, name);
  await expectAccessibleInEveryLook(window);
  expect(window.complaints).toEqual([]);
  await window.close();
});

test.each(names)(
  "the screen %s fits in German and Swedish at 900 × 600, and doubled on a small screen",
  async (name) => {
    const window = await showScreen(stage, name, { width: 900, height: 600 });
    const { page, close } = window;
    for (const language of ["de", "sv"] as const) {
      await prefer(window, { language });
      await page.locator(`html[lang=${language}]`).waitFor();
      await expectToFit(window, 900);
    }
    await page.setViewportSize({ width: 640, height: 400 });
    await expectToFit(window, 640);
    await expectAccessible(page);
    await close();
  },
);
