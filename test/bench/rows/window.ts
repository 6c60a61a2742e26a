import type { Page } from "playwright-core";
import type { AgentState } from "../../../contract/state.ts";
import { WindowSeat } from "../../e2e/window-seat.ts";
import { giveManyMachines } from "../../lab/many-machines.ts";
import { type Figure, figure, ms, Series } from "../figure.ts";
import type { Office } from "../office.ts";
import { percentile } from "../statistics.ts";

const machines = 20_000;
const words = ["press-1999", "customer 17", "zurich hall 3", "172.16.4.0", "e", "B-003", "bench graz 104"];
const frames = 240;
const openings = 7;
const changes = 40;

/** The window in Chromium on the stage, before the technician's agent: how long a person waits for what they did, or for what happened. */
export async function desktopWindow(office: Office): Promise<readonly Figure[]> {
  const { lab } = office;
  await giveManyMachines(lab, lab.variable("ANNA_ACCOUNT"), lab.variable("ANNA_USER"), machines);
  await anew(office);
  const seat = await WindowSeat.open(lab);
  try {
    const { page } = seat;
    await page.getByText(/^20,0\d\d machines$/).waitFor();
    await page.evaluate(installWatch);
    const search = await searching(page);
    const scroll = await scrolling(page);
    const change = await changing(office, page);
    await page.close();
    const loads = await loading(seat);
    return [
      promised(`search over ${machines} machines: keystroke to paint, 95th percentile`, search, 95, 50),
      promised(`scrolling ${machines} machines: frame, 95th percentile`, scroll, 95, 33),
      promised("first machines painted after the page had loaded, 95th percentile", loads.afterLoad, 95, 400),
      figure({
        row: "window",
        what: "the same since the page was asked for, in a process that had to be started, 95th percentile",
        measured: ms(percentile(loads.sinceAsked.values, 95)),
        note: loads.sinceAsked.note,
      }),
      promised("a change in the agent to paint, asked for by another face, 95th percentile", change, 95, 50),
    ];
  } finally {
    await seat.close();
  }
}

/** The agent reads the list when it begins to listen to the portal. */
async function anew(office: Office): Promise<void> {
  await office.face.tell("quit");
  await office.face.tell("open");
  await office.ask({ type: "loginRemembered", portal: null });
}

function promised(what: string, series: Series, percent: number, goalMs: number): Figure {
  const measured = percentile(series.values, percent);
  return figure({
    row: "window",
    what,
    measured: ms(measured),
    goal: `≤ ${goalMs} ms`,
    held: measured <= goalMs,
    note: series.note,
  });
}

declare global {
  interface Window {
    /** Resolves when what was just done is painted, with the time (ms since 1970). */
    painted: () => Promise<number>;
    keystrokes: Promise<number>[];
    firstRow: Promise<number>;
    changed: Promise<number>;
  }
}

/** Runs in the page. A message sent in a frame arrives when that frame has been painted. */
function installWatch(): void {
  window.painted = () =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
        port2.postMessage(null);
      });
    });
  window.keystrokes = [];
  // From when the system made the event, not from when the page came to it.
  const add = ({ timeStamp }: KeyboardEvent): void => {
    window.keystrokes.push(window.painted().then((at) => at - performance.timeOrigin - timeStamp));
  };
  addEventListener("keydown", add, true);
}

/** Runs in the page before its own scripts. */
function watchFirstRow(): void {
  window.firstRow = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (document.querySelector("[role=row]") === null) return;
      observer.disconnect();
      window.painted().then((at) => resolve(at - performance.timeOrigin));
    });
    observer.observe(document, { childList: true, subtree: true });
  });
}

async function searching(page: Page): Promise<Series> {
  const series = new Series();
  await page.keyboard.press("Control+k");
  for (const word of words) {
    for (const key of word) {
      await page.keyboard.press(key === " " ? "Space" : key);
      series.add(await lastKeystroke(page));
    }
    await page.keyboard.press("Escape");
    await lastKeystroke(page);
  }
  return series;
}

async function lastKeystroke(page: Page): Promise<number> {
  return await page.evaluate(async () => (await window.keystrokes.at(-1)) ?? Number.NaN);
}

/** A page's height a frame, which is faster than anybody reads. */
async function scrolling(page: Page): Promise<Series> {
  const times = await page.evaluate(async (count) => {
    const grid = document.querySelector("[role=treegrid]");
    const seen: number[] = [];
    for (let frame = 0; frame <= count; frame++) {
      seen.push(await new Promise<number>((resolve) => requestAnimationFrame(resolve)));
      grid?.scrollBy(0, frame % 2 === 0 ? 640 : 380);
    }
    return seen;
  }, frames);
  const series = new Series();
  for (const [index, time] of times.entries()) if (index > 0) series.add(time - (times[index - 1] ?? time));
  return series;
}

/** Each time in a page that has nothing cached. */
async function loading(seat: WindowSeat): Promise<{ readonly afterLoad: Series; readonly sinceAsked: Series }> {
  const afterLoad = new Series();
  const sinceAsked = new Series();
  for (let opening = 0; opening < openings; opening++) {
    const { page, address } = await seat.again();
    await page.addInitScript(installWatch);
    await page.addInitScript(watchFirstRow);
    await page.goto(address);
    const painted = await page.evaluate(() => window.firstRow);
    const loaded = await page.evaluate(() => performance.timing.loadEventEnd - performance.timing.navigationStart);
    sinceAsked.add(painted);
    afterLoad.add(Math.max(0, painted - loaded));
    await page.context().close();
  }
  return { afterLoad, sinceAsked };
}

/** Another face changes what all of them show: how long until this one has painted it. */
async function changing(office: Office, page: Page): Promise<Series> {
  const series = new Series();
  const { preferences } = await office.face.tell<AgentState>("state");
  for (let change = 0; change < changes; change++) {
    const theme = change % 2 === 0 ? "dark" : "light";
    await page.evaluate((wanted) => {
      window.changed = new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          if (document.documentElement.dataset.theme !== wanted) return;
          observer.disconnect();
          void window.painted().then(resolve);
        });
        observer.observe(document.documentElement, { attributes: true });
      });
    }, theme);
    const { fromMs } = await office.ask({ type: "setPreferences", preferences: { ...preferences, theme } });
    series.add((await page.evaluate(() => window.changed)) - fromMs);
  }
  return series;
}
