import { type Browser, chromium, type Page } from "playwright-core";
import { fixtureNow } from "../../app/desktop/renderer/testing/machines.ts";
import type { Scene } from "../../app/desktop/renderer/testing/scenes.ts";
import { windowCallNames } from "../../contract/window-names.ts";
import { FakeProgram, type FirstWords, type Push } from "./fake-program.ts";
import { type Served, serveWindow } from "./served.ts";

const quiet = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-sandbox",
];

export interface WindowLook {
  readonly width?: number;
  readonly height?: number;
  readonly locale?: string;
  readonly colorScheme?: "light" | "dark";
  readonly forcedColors?: "active" | "none";
  readonly reducedMotion?: "reduce" | "no-preference";
  /** Let the page's clock run instead of standing at the fixtures' time. */
  readonly clock?: "fixed" | "running";
}

export interface OpenWindow {
  readonly page: Page;
  readonly program: FakeProgram;
  readonly push: Push;
  /** What the page's console complained of; a broken content policy is among it. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

/** Chromium with the built window in it, on a program that the test plays. One for a test file. */
export class WindowStage {
  readonly #browser: Browser;
  readonly #served: Served;

  private constructor(browser: Browser, served: Served) {
    this.#browser = browser;
    this.#served = served;
  }

  static async open(): Promise<WindowStage> {
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: quiet });
    return new WindowStage(browser, await serveWindow());
  }

  async show(scene: Scene, look: WindowLook = {}): Promise<OpenWindow> {
    const program = new FakeProgram(scene);
    const context = await this.#browser.newContext({
      viewport: { width: look.width ?? 1280, height: look.height ?? 800 },
      locale: look.locale ?? "en",
      timezoneId: "Europe/Stockholm",
      colorScheme: look.colorScheme ?? "light",
      forcedColors: look.forcedColors ?? "none",
      reducedMotion: look.reducedMotion ?? "reduce",
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    if (look.clock !== "running") await page.clock.setFixedTime(fixtureNow);
    await page.exposeFunction("fakeCall", (name: never, argument: unknown) => program.take(name, argument));
    await page.addInitScript(installBridge, { calls: windowCallNames, firstWords: program.firstWords });
    await page.goto(this.#served.origin);
    await page.locator("#root > *").first().waitFor({ state: "attached" });
    const push: Push = (name, value) =>
      page.evaluate(([pushed, said]) => window.fakePush(pushed, said), [name, value] as const);
    return { page, program, push, complaints, close: () => context.close() };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#served.close();
  }
}

declare global {
  interface Window {
    fakeCall: (name: string, argument: unknown) => Promise<unknown>;
    fakePush: (name: string, value: unknown) => void;
  }
}

/** Runs in the page, before its first script. Who listens late hears what was said first. */
function installBridge({ calls, firstWords }: { calls: readonly string[]; firstWords: FirstWords }): void {
  const words = new Map<string, readonly unknown[]>(Object.entries(firstWords));
  const listeners = new Map<string, Set<(value: unknown) => void>>();
  const on = (name: string, listener: (value: unknown) => void): (() => void) => {
    const known = listeners.get(name) ?? new Set();
    listeners.set(name, known.add(listener));
    queueMicrotask(() => {
      for (const value of words.get(name) ?? []) listener(value);
    });
    return () => known.delete(listener);
  };
  window.fakePush = (name, value) => {
    if (name !== "machines") words.set(name, [value]);
    for (const listener of listeners.get(name) ?? []) listener(value);
  };
  const bridge = Object.fromEntries(
    calls.map((name) => [name, (argument: unknown) => window.fakeCall(name, argument)]),
  );
  Object.defineProperty(window, "anslut", { value: { ...bridge, on } });
}
