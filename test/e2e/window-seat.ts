import type { BrowserContextOptions, Page } from "playwright-core";
import type { Lab } from "../lab/lab.ts";
import type { LabProcess } from "../lab/lab-process.ts";
import { type LabBrowser, openBrowser } from "./browser.ts";

/** The technician at the laptop with the desktop's window open: the stage and Chromium, both as the technician, in the lab. */
export class WindowSeat {
  readonly page: Page;
  /** What the page's console complained of; a broken content policy is among it. */
  readonly complaints: string[] = [];
  readonly #stage: LabProcess;
  readonly #chromium: LabBrowser;

  private constructor(stage: LabProcess, chromium: LabBrowser, page: Page) {
    this.#stage = stage;
    this.#chromium = chromium;
    this.page = page;
    page.on("console", (message) => {
      const isBad = message.type() === "error" || message.type() === "warning";
      // What the portal's own pages say in their frame is theirs.
      if (isBad && message.location().url.startsWith(new URL(page.url()).origin)) this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(error.message));
  }

  static async open(lab: Lab, look: BrowserContextOptions = {}): Promise<WindowSeat> {
    const argv = ["/opt/node/node", "/opt/repo/test/stage/window/main.ts", "/opt/anslut"];
    const stage = lab.spawn("laptop", argv, { user: "tech" });
    const [address, chromium] = await Promise.all([stage.line(/^http:/), openBrowser(lab)]);
    const context = await chromium.browser.newContext({
      locale: "en",
      viewport: { width: 1120, height: 760 },
      reducedMotion: "reduce",
      ...look,
    });
    // A busy machine is slow, and a cut line is noticed when its echo has been missed.
    context.setDefaultTimeout(45_000);
    const seat = new WindowSeat(stage, chromium, await context.newPage());
    await seat.page.goto(address);
    return seat;
  }

  /** The window once more, in a page of its own that nobody has seen yet. It loads as soon as it is told to go to `address`. */
  async again(): Promise<{ readonly page: Page; readonly address: string }> {
    const address = this.#stage.line(/^http:/);
    this.#stage.stdin.write("open\n");
    const context = await this.#chromium.browser.newContext({ locale: "en", viewport: { width: 1120, height: 760 } });
    return { page: await context.newPage(), address: await address };
  }

  /** The system hands over `anslut://connect?id=<machine>`. */
  followLink(machine: string): void {
    this.#stage.stdin.write(`connect ${machine}\n`);
  }

  /** Another page in the same browser: the machine's HMI, for one. */
  async visit(address: string): Promise<Page> {
    const page = await this.page.context().newPage();
    await page.goto(address);
    return page;
  }

  /** The portal's own pages inside the window. */
  portalFrame(): ReturnType<Page["frameLocator"]> {
    return this.page.frameLocator('iframe[title="Portal"]');
  }

  async close(): Promise<void> {
    await this.#chromium.close();
    await this.#stage.kill();
  }
}
