import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** No rule of axe is disabled. `where` says in a failure which page it was. */
export async function expectAccessible(page: Page, where = ""): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${where} ${id}: ${nodes[0]?.html}`)).toEqual([]);
}

/** Nothing is wider than the window, and no control's text is wider than the control. */
export async function expectToFit(page: Page, where: string): Promise<void> {
  const cut = await page.evaluate(() => {
    const controls =
      "button, a, label, select, input:not([type=search]), h1, h2, h3, legend, .light, .badge, .message, .segment";
    const wide = [...document.querySelectorAll<HTMLElement>(controls)].filter((element) => {
      if (element.closest(".visually-hidden") !== null || element.matches(".visually-hidden")) return false;
      return element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline";
    });
    const page = document.documentElement;
    const sideways = page.scrollWidth > page.clientWidth ? [`page: ${page.scrollWidth} > ${page.clientWidth}`] : [];
    return [...sideways, ...wide.map(({ outerHTML }) => outerHTML.slice(0, 200))];
  });
  expect(cut.map((what) => `${where}: ${what}`)).toEqual([]);
}
