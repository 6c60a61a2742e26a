import type { Machine } from "../../contract/portal.ts";
import type { AgentState } from "../../contract/state.ts";
import type { Lab } from "../lab/lab.ts";
import type { Technician } from "../stage/technician.ts";
import { Page } from "./page.ts";
import { type Told, untruths, type Worker } from "./truth.ts";
import { truthMs, type Watch } from "./watch.ts";
import type { LaptopPower, Witness } from "./witness.ts";

/** The technician's colleague: rights on every machine of the account, a page that stays open, no tunnel. */
const colleagueName = "erik";

/** Asks everybody who shows a state, and a witness, and compares. */
export class Judge {
  readonly #technician: Technician;
  readonly #witness: Witness;
  readonly #worker: Worker;
  readonly #colleague: Page;
  #own: Page | null = null;

  private constructor(lab: Lab, technician: Technician, witness: Witness, colleague: Page) {
    this.#technician = technician;
    this.#witness = witness;
    this.#worker = { user: lab.variable("USER"), laptop: "laptop" };
    this.#colleague = colleague;
  }

  /** `administer` runs `anslut-portal`. */
  static async open(
    lab: Lab,
    technician: Technician,
    witness: Witness,
    administer: (words: readonly string[]) => Promise<unknown>,
  ): Promise<Judge> {
    const account = lab.variable("ACCOUNT");
    const { password } = (await administer(["user", "add", account, colleagueName])) as { readonly password: string };
    for (const machine of [1, 2, 3])
      await administer(["grant", "add", account, colleagueName, lab.variable(`MACHINE${machine}_NAME`)]);
    const page = await Page.open(lab, { account, user: colleagueName, password, code: null });
    return new Judge(lab, technician, witness, page);
  }

  /** Given that the technician has the portal's page open as well, elsewhere. `code` is one of hers that is not used yet. */
  async openOwnPage(lab: Lab, code: string): Promise<void> {
    const [account, user, password] = ["ACCOUNT", "USER", "PASSWORD"].map((name) => lab.variable(name)) as [
      string,
      string,
      string,
    ];
    this.#own = await Page.open(lab, { account, user, password, code });
  }

  async close(): Promise<void> {
    await Promise.all([this.#colleague.close(), this.#own?.close()]);
  }

  /**
   * Waits until all that CLI, agent and portal show is what the witness sees.
   * @throws with what is not so, when it still is not 15 s after `sinceMs`
   */
  async expectTruth(laptop: LaptopPower, watch: Watch | undefined, sinceMs: number): Promise<void> {
    for (;;) {
      const lookedMs = performance.now();
      const before = await this.#ask(laptop, watch);
      const seen = await this.#witness.sight(laptop);
      const after = await this.#ask(laptop, watch);
      const wrong = untruths(after, seen, this.#worker);
      // What changed while it was looked at proves nothing.
      if (wrong.length === 0 && outline(before) === outline(after)) return;
      if (lookedMs - sinceMs > truthMs) {
        const evidence = JSON.stringify({ seen, before: outline(before), after: outline(after) });
        throw new Error(`not true within ${truthMs / 1000} s:\n${wrong.join("\n")}\n${evidence}`);
      }
    }
  }

  /** Then the portal shows the colleague this of a machine, within 15 s. */
  async colleagueSees(machine: string, shown: Partial<Pick<Machine, "online" | "present">>): Promise<void> {
    const sinceMs = performance.now();
    for (;;) {
      const lookedMs = performance.now();
      const view = await this.#colleague.look();
      const pages = [view.fresh, view.shown].map((machines) => machines?.find(({ name }) => name === machine));
      const isSo = pages.every(
        (page) =>
          page !== undefined &&
          (shown.online === undefined || page.online === shown.online) &&
          (shown.present === undefined || page.present.join() === shown.present.join()),
      );
      if (isSo) return;
      if (lookedMs - sinceMs > truthMs)
        throw new Error(
          `the portal does not show ${JSON.stringify(shown)} of ${machine}, but ${JSON.stringify(pages)}`,
        );
    }
  }

  async #ask(laptop: LaptopPower, watch: Watch | undefined): Promise<Told> {
    const awake = laptop === "awake";
    const [cli, colleague, own] = await Promise.all([
      awake ? this.#technician.must(["status"]) : null,
      this.#colleague.look(),
      this.#own?.look() ?? null,
    ]);
    const agent = awake && watch !== undefined && !watch.hasEnded ? watch.now : null;
    return { cli: cli as unknown as AgentState | null, agent, colleague, own };
  }
}

/** What matters of what was told, to see whether it changed. */
function outline({ cli, agent, colleague, own }: Told): string {
  const state = (told: AgentState | null) =>
    told && [told.session.state === "ready", told.connections.map(({ name, status }) => [name, status.state])];
  const machines = (view: Told["own"]) =>
    view && [view.fresh, view.shown].map((page) => page?.map(({ name, online, present }) => [name, online, present]));
  return JSON.stringify([state(cli), state(agent), machines(colleague), machines(own), own?.tunnels, own?.states]);
}
