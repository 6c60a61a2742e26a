import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { OpenWindow } from "./open.ts";

/** No rule of axe is broken; none is switched off. */
export async function expectAccessible(page: Page): Promise<void> {
  // The window has no frames: what axe does for them (a page of its own at each run) takes as long as the rules themselves.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`)).toEqual([]);
}

/** Every look that a window can have: the four themes, contrast on both grounds, and the system's own colours. */
const looks = [
  { theme: "light", colorScheme: "light", forcedColors: "none" },
  { theme: "dark", colorScheme: "light", forcedColors: "none" },
  { theme: "contrast", colorScheme: "light", forcedColors: "none" },
  { theme: "contrast", colorScheme: "dark", forcedColors: "none" },
  { theme: "system", colorScheme: "light", forcedColors: "active" },
] as const;

/** The same page in one look after the other: what is open stays open, and no page is opened anew. */
export async function expectAccessibleInEveryLook({ page, program, push }: OpenWindow): Promise<void> {
  const { state } = program.scene;
  for (const { theme, ...media } of looks) {
    // Before the agent has said what the person chose, the system's scheme is all there is.
    if (state === undefined && theme === "contrast") continue;
    await page.emulateMedia(state === undefined && theme === "dark" ? { ...media, colorScheme: "dark" } : media);
    if (state !== undefined) {
      await push("state", { ...state, preferences: { ...state.preferences, theme } });
      await page.locator(`html[data-theme=${theme}]`).waitFor();
    }
    await expectAccessible(page);
  }
}

/** Controls whose text does not fit into them. */
export async function overflowing(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("button, label, a, [role=tab], [data-fits], h1, h2, th")]
      .filter((element) => element.offsetParent !== null && element.closest(".visually-hidden") === null)
      .filter(
        (element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline",
      )
      .map((element) => element.textContent),
  );
}
