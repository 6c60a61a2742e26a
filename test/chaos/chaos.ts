import type { Machine } from "../../contract/portal.ts";
import type { AgentState } from "../../contract/state.ts";
import { Page } from "../bad-days/page.ts";
import { openLab } from "../lab/open.ts";
import { Chance } from "./chance.ts";
import { calm, type Deed, deeds } from "./deeds.ts";
import { PlcGuard } from "./plc-guard.ts";
import { Scene } from "./scene.ts";
import type { Seat } from "./seat.ts";
import { SecretHunt } from "./secrets.ts";
import { look, portalUntruths, type Sight, untruths } from "./sight.ts";

export interface ChaosOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly steps: number;
  readonly write: (line: string) => void;
}

export interface Summary {
  readonly steps: number;
  readonly byDeed: Readonly<Record<string, number>>;
  /** What did not hold, with the evidence; null: all of it held. */
  readonly violation: string | null;
}

/** How long the state that is shown may be behind. */
const truthMs = 15_000;
/** How long a flow may live after its right is gone. */
const cutMs = 2000;

/** Opens a lab, does things to it in random order, and looks at the invariants after each. */
export async function runChaos({ seed, minutes, steps, write }: ChaosOptions): Promise<Summary> {
  const lab = await openLab({ stands: "product" });
  try {
    const scene = new Scene(lab);
    await scene.begin();
    const guard = await PlcGuard.open(scene);
    const page = await openPage(scene);
    return await new Run(scene, guard, page, seed, write).go(Date.now() + minutes * 60_000, steps);
  } finally {
    await lab.close();
  }
}

/** Somebody of the same account, on the internet, who may see every machine and keeps the portal's page open. */
async function openPage(scene: Scene): Promise<Page> {
  const [account, user] = [scene.lab.variable("ACCOUNT"), "erik"];
  const { password } = (await scene.administer(["user", "add", account, user])) as { readonly password: string };
  for (const { name } of scene.sites) await scene.administer(["grant", "add", account, user, name]);
  return await Page.open(scene.lab, { account, user, password, code: null });
}

class Run {
  readonly #scene: Scene;
  readonly #guard: PlcGuard;
  readonly #page: Page;
  readonly #chance: Chance;
  readonly #hunt: SecretHunt;
  readonly #write: (line: string) => void;
  readonly #byDeed: Record<string, number> = {};
  readonly #started = Date.now();

  constructor(scene: Scene, guard: PlcGuard, page: Page, seed: number, write: (line: string) => void) {
    this.#scene = scene;
    this.#guard = guard;
    this.#page = page;
    this.#chance = new Chance(seed);
    this.#hunt = new SecretHunt(scene);
    this.#write = write;
  }

  async go(deadline: number, most: number): Promise<Summary> {
    let steps = 0;
    let violation: string | null = null;
    while (violation === null && steps < most && Date.now() < deadline) {
      const possible = deeds.filter(({ isPossible }) => isPossible(this.#scene.conditions));
      violation = await this.#step(
        ++steps,
        this.#chance.pick(possible, ({ weight }) => weight),
      );
    }
    // What a person wants at the end of all that must come about.
    violation ??= await this.#step(++steps, calm);
    return { steps, byDeed: this.#byDeed, violation };
  }

  async #step(number: number, deed: Deed): Promise<string | null> {
    this.#byDeed[deed.name] = (this.#byDeed[deed.name] ?? 0) + 1;
    const begun = Date.now();
    try {
      const said = await deed.act(this.#scene, this.#chance);
      const actedMs = Date.now() - begun;
      const truth = await this.#truth();
      await this.#guard.look(begun + actedMs);
      const leaks = await this.#hunt.search();
      if (leaks.length > 0) throw new Error(leaks.join("; "));
      this.#tell(number, "✓", deed.name, `${said === "" ? "" : `${said} · `}${truth}`, actedMs, Date.now() - begun);
      return null;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#tell(number, "✗", deed.name, why, 0, Date.now() - begun);
      return why;
    }
  }

  #tell(number: number, mark: string, name: string, what: string, actedMs: number, tookMs: number): void {
    const at = ((Date.now() - this.#started) / 1000).toFixed(0).padStart(5);
    const times = `${(actedMs / 1000).toFixed(1)}+${((tookMs - actedMs) / 1000).toFixed(1)} s`;
    this.#write(`${mark} ${at} s ${String(number).padStart(4)}  ${name}: ${what} (${times})`);
  }

  /** Waits until what is said and what is seen agree. @throws if they do not in time */
  async #truth(): Promise<string> {
    const { technician, colleague } = this.#scene;
    const [text] = await Promise.all([this.#truthAt(technician), this.#truthAt(colleague)]);
    return text;
  }

  async #truthAt(seat: Seat): Promise<string> {
    const { technician, conditions, sites } = this.#scene;
    const isAllowed = (name: string): boolean =>
      seat === technician && conditions.user === "enabled" && conditions.rights.has(name);
    const begun = Date.now();
    for (;;) {
      const lookedAt = Date.now();
      const said = await seat.state();
      const seen = await look(this.#scene, seat);
      const again = await seat.state();
      const stolen = [...seen.answering].filter((name) => !isAllowed(name));
      if (stolen.length > 0 && lookedAt - begun > cutMs) {
        const when = `${(lookedAt - begun) / 1000} s later`;
        throw new Error(`without a right on it, ${stolen.join(", ")} answers ${seat.user} ${when}`);
      }
      const wrong = [
        ...(isSame(said, again) ? untruths(said, seen, sites) : ["the state was changing"]),
        ...(seat === technician ? await this.#portalUntruths(seen) : []),
      ];
      if (wrong.length === 0 && stolen.length === 0) {
        const { session, connections } = said;
        const machines = connections.map(({ name, status }) => `${name} ${status.state}`);
        return `${[session.state, ...machines].join(", ")}; true after ${((Date.now() - begun) / 1000).toFixed(1)} s`;
      }
      if (lookedAt - begun > truthMs) {
        throw new Error(`${seat.user}: ${wrong.join("; ")}\n${await this.#evidence({ said, seen, as: seat.user })}`);
      }
    }
  }

  async #portalUntruths(seen: Sight): Promise<readonly string[]> {
    if (this.#scene.conditions.portal === "off") return [];
    const machines = await this.#pageShows();
    if (machines === null) return ["the portal's page shows nothing, or not what it would show if it were opened anew"];
    return portalUntruths(machines, seen, this.#scene.lab.variable("USER"), this.#scene);
  }

  /** What the portal's page shows a colleague; null where it shows nothing, or something old. */
  async #pageShows(): Promise<readonly Machine[] | null> {
    const { fresh, shown } = await this.#page.look();
    // The one that was open all the time and the one that is opened now say the same.
    return JSON.stringify(fresh) === JSON.stringify(shown) ? fresh : null;
  }

  async #evidence(facts: object): Promise<string> {
    const { lab, conditions } = this.#scene;
    const { stdout } = await lab.exec("laptop", ["tail", "-n", "40", "/home/tech/.local/state/anslut/agent.log"]);
    const logs = await Promise.all(
      (["laptop helper", "portal portal", "router1 router", "router2 router"] as const).map(async (name) => {
        const [host, daemon] = name.split(" ") as ["laptop", string];
        return `${name}:\n${(await lab.log(host, daemon)).split("\n").slice(-25).join("\n")}`;
      }),
    );
    const plain = (_: string, value: unknown): unknown => (value instanceof Set ? [...value] : value);
    const parts = { conditions, ...facts };
    return `${JSON.stringify(parts, plain, 1)}\nagent:\n${stdout}\n${logs.join("\n")}`;
  }
}

/** What came in between is no evidence. */
function isSame(before: AgentState, after: AgentState): boolean {
  const text = ({ session, connections }: AgentState): string =>
    JSON.stringify([session.state, connections.map(({ name, status }) => [name, status.state])]);
  return text(before) === text(after);
}
