import { createInterface } from "node:readline";
import type { IntentState, Machine, TunnelList } from "../../contract/portal.ts";
import type { Lab } from "../lab/lab.ts";
import type { LabProcess } from "../lab/lab-process.ts";
import { portalName } from "../lab/topology.ts";

/** Who signs in on the page. */
export interface PagePerson {
  readonly account: string;
  readonly user: string;
  readonly password: string;
  /** Null for who has no second factor. */
  readonly code: string | null;
}

/** What the portal shows one person. Null where it gives no answer, or where the event stream is away. */
export interface PageView {
  readonly signedOut: boolean;
  /** Machines and own tunnels on a page that is opened now. */
  readonly fresh: readonly Machine[] | null;
  readonly tunnels: TunnelList["tunnels"] | null;
  /** Machines on a page that has been open all the time, kept by its event stream. */
  readonly shown: readonly Machine[] | null;
  /** Of own connections, by machine: what the page was told last. */
  readonly states: Readonly<Record<string, IntentState["state"]>>;
}

/** A portal page that somebody has open on the internet, far away from the office and its bad days. */
export class Page {
  readonly #process: LabProcess;
  readonly #waiting: ((view: PageView) => void)[] = [];

  private constructor(process: LabProcess) {
    this.#process = process;
  }

  static async open(lab: Lab, person: PagePerson): Promise<Page> {
    const process = lab.spawn("stranger", ["node", "/opt/repo/test/bad-days/probe/page.ts", portalName]);
    process.stdin.write(`${JSON.stringify(person)}\n`);
    await process.line(/^ready$/);
    const page = new Page(process);
    createInterface(process.stdout).on("line", (line) => page.#waiting.shift()?.(JSON.parse(line) as PageView));
    return page;
  }

  look(): Promise<PageView> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      this.#process.exited.then(() => reject(new Error("the page was closed")), reject);
      this.#process.stdin.write("look\n");
    });
  }

  async close(): Promise<void> {
    await this.#process.kill();
  }
}
