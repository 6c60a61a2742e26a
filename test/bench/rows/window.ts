import type { Page } from "playwright-core";
import { book } from "../../../app/desktop/renderer/testing/machines.ts";
import { agentState, readyState, scenes } from "../../../app/desktop/renderer/testing/scenes.ts";
import { type OpenWindow, WindowStage } from "../../window/open.ts";
import { type Figure, figure, ms, Series } from "../figure.ts";
import { percentile } from "../statistics.ts";

const machines = 20_000;
const words = ["simacek mixer-29", "pump-199", "nordic filler", "192.168.1.0", "e", "AN-4", "zementwerk oven 104"];
const frames = 240;
const loads = 7;
const pushes = 40;

/** The window in Chromium, on the program that its tests play: how long a person waits for what they did, or for what happened. */
export async function desktopWindow(): Promise<readonly Figure[]> {
  const stage = await WindowStage.open();
  try {
    const full = await stage.show({ ...scenes.ready, entries: book(machines) }, { clock: "running" });
    await full.page.getByText("20,000 machines").waitFor();
    await full.page.evaluate(installWatch);
    const search = await searching(full.page);
    const scroll = await scrolling(full.page);
    await full.close();
    return [
      promised("search over 20,000 machines: keystroke to paint, 95th percentile", search, 95, 50),
      promised("scrolling 20,000 machines: frame, 95th percentile", scroll, 95, 33),
      promised("first machines painted after the page was asked for", await loading(stage), 50, 400),
      promised("state pushed to paint", await pushing(stage), 50, 50),
    ];
  } finally {
    await stage.close();
  }
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
    /** Resolves when what was just done is painted, with the time since `from` (ms, by the page's clock). */
    painted: (from: number) => Promise<number>;
    keystrokes: Promise<number>[];
  }
}

/** Runs in the page. A message sent in a frame arrives when that frame has been painted. */
function installWatch(): void {
  window.painted = (from) =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now() - from);
        port2.postMessage(null);
      });
    });
  window.keystrokes = [];
  // From when the system made the event, not from when the page came to it.
  addEventListener("keydown", (event) => window.keystrokes.push(window.painted(event.timeStamp)), true);
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

async function loading(stage: WindowStage): Promise<Series> {
  const series = new Series();
  for (let run = 0; run < loads; run++) {
    const { page, close } = await stage.show({ ...scenes.ready, entries: book(500) }, { clock: "running" });
    await page.getByRole("row").first().waitFor();
    // Chromium notes when the largest thing was painted: here the list.
    const painted = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((list) => resolve(list.getEntries().at(-1)?.startTime ?? Number.NaN)).observe({
            type: "largest-contentful-paint",
            buffered: true,
          });
        }),
    );
    series.add(painted);
    await close();
  }
  return series;
}

async function pushing(stage: WindowStage): Promise<Series> {
  const series = new Series();
  const { page, close }: OpenWindow = await stage.show(scenes.ready, { clock: "running" });
  await page.getByRole("row").first().waitFor();
  await page.evaluate(installWatch);
  const identity = scenes.ready.state.identity;
  const states = [agentState({ state: "signedIn" }, { identity }), readyState()];
  for (let push = 0; push < pushes; push++) {
    series.add(
      await page.evaluate(
        (state) => {
          const from = performance.now();
          window.fakePush("state", state);
          return window.painted(from);
        },
        states[push % states.length],
      ),
    );
  }
  await close();
  return series;
}
