import type { Locator, Page } from "playwright-core";

/** More stops than any place has. */
const mostStops = 80;

/**
 * Goes to a control as one does without a pointer: by Tab, or backwards; nothing is focused by the test itself. Throws where no Tab leads.
 */
export async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  const passed: string[] = [];
  for (let stop = 0; stop < mostStops; stop++) {
    await page.keyboard.press(key);
    if (await target.evaluate((element) => element === document.activeElement)) return;
    passed.push(await page.evaluate(() => document.activeElement?.textContent?.trim().slice(0, 40) ?? ""));
  }
  throw new Error(`${key} does not lead to ${target}, but to ${passed.join(" | ")}`);
}

/**
 * Every control of the page that can be used and that Tab does not reach, from where the keyboard is to the end of the page. One radio
 * button, tab or row stands for its group: arrows do the rest.
 */
export async function unreached(page: Page): Promise<readonly string[]> {
  await page.evaluate(() => {
    const inGroup = "[role=tab], [role=row], input[type=radio]";
    const controls = "button, input, select, textarea, a[href], [tabindex='0'], [role=tab]";
    for (const element of document.querySelectorAll<HTMLInputElement>(`main :is(${controls})`)) {
      const isStop = element.checkVisibility() && !element.disabled && element.closest("[aria-hidden=true]") === null;
      if (isStop && (!element.matches(inGroup) || element.tabIndex === 0)) element.dataset.stop = "open";
    }
  });
  if ((await page.locator("[data-stop]").count()) === 0) throw new Error("there is nothing to reach");
  for (let stop = 0; stop < mostStops; stop++) {
    await page.keyboard.press("Tab");
    const isOut = await page.evaluate(() => {
      const active = document.activeElement;
      if (active instanceof HTMLElement) {
        delete active.dataset.stop;
        // Of a group of radio buttons only one is a stop.
        if (active instanceof HTMLInputElement && active.type === "radio") {
          for (const other of document.querySelectorAll<HTMLElement>(`input[name="${active.name}"]`))
            delete other.dataset.stop;
        }
      }
      return document.querySelector("[data-stop]") === null;
    });
    if (isOut) return [];
  }
  return await page.evaluate(() =>
    [...document.querySelectorAll("[data-stop]")].map((element) => element.outerHTML.slice(0, 120)),
  );
}
