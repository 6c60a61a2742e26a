import { expect } from "vitest";
import type { JournalEntry } from "../../contract/agent.ts";
import type { Cause } from "../../contract/causes.ts";
import type { AgentState } from "../../contract/state.ts";
import english from "../../resources/locales/en.json" with { type: "json" };
import type { Lab } from "../lab/lab.ts";
import { type LabOptions, openLab } from "../lab/open.ts";
import type { HostName } from "../lab/topology.ts";
import { type Said, Technician } from "../stage/technician.ts";
import { Copy } from "./copy.ts";
import { Judge } from "./judge.ts";
import { showsConnected, truthMs, Watch } from "./watch.ts";
import { type LaptopPower, type MachineNumber, Witness } from "./witness.ts";

/** The processes of the product, by the command line that a `pgrep -f` on their host finds. */
export const programs = {
  openvpn: "^/usr/sbin/openvpn",
  relay: "anslut-helper relay",
  helper: "anslut-helper serve",
  agent: "agent\\.mjs",
  web: "web\\.mjs",
  exchange: "exchange\\.mjs",
  front: "front\\.mjs",
  router: "router\\.mjs run",
} as const;

/** People of the lab's portal. */
export type Person = "ANNA" | "BEN" | "CARL" | "DORA";

/** A lab with the whole product, a technician who uses it, and a witness who believes nobody. One for each file of tests. */
export class Scene {
  readonly lab: Lab;
  readonly technician: Technician;
  readonly witness: Witness;
  readonly judge: Judge;
  #watch: Watch | undefined;

  private constructor(lab: Lab, technician: Technician, witness: Witness, judge: Judge) {
    this.lab = lab;
    this.technician = technician;
    this.witness = witness;
    this.judge = judge;
  }

  static async open(options: LabOptions = {}): Promise<Scene> {
    const lab = await openLab({ stands: "product", ...options });
    const technician = new Technician(lab);
    const witness = await Witness.open(lab);
    const judge = await Judge.open(lab, technician, witness, (words) => administer(lab, words));
    return new Scene(lab, technician, witness, judge);
  }

  async close(): Promise<void> {
    await Promise.all([this.#watch?.close(), this.judge.close()]);
    await this.lab.close();
  }

  /** What the technician sees. */
  get watch(): Watch {
    if (this.#watch === undefined) throw new Error("nobody watches yet");
    return this.#watch;
  }

  /** Given a portal that was added, and a technician who signed in and ticked "remember me", here and on the portal's page. */
  async signIn(): Promise<void> {
    await this.addPortal();
    const who = ["--account", this.lab.variable("ACCOUNT"), "--user", this.lab.variable("USER")];
    const typed = `${this.lab.variable("PASSWORD")}\n${await this.technician.secondFactor()}\n`;
    await this.technician.must(["login", ...who, "--password-stdin", "--code-stdin", "--remember"], typed);
    await this.judge.openOwnPage(this.lab, await this.codeOf("ANNA", 1));
  }

  /** Given somebody who is about to sign in: what `anslut login` needs, and its password on standard input. */
  loginWords(person: Person, account: string = this.lab.variable(`${person}_ACCOUNT`)): readonly string[] {
    return ["login", "--account", account, "--user", this.lab.variable(`${person}_USER`), "--password-stdin"];
  }

  /** The code that a person's phone shows now (0) or next (1). Each works once. */
  async codeOf(person: Person, ahead = 0): Promise<string> {
    const argv = ["/opt/lab/wire", "totp", "--ahead", `${ahead}`, this.lab.variable(`${person}_TOTP_SECRET`)];
    return (await this.lab.output("laptop", argv)).trim();
  }

  async addPortal(): Promise<void> {
    const host = this.lab.variable("PORTAL_HOST");
    await this.technician.must(["portal", "add", host, "--fingerprint", this.lab.variable("PORTAL_FINGERPRINT")]);
  }

  /** Given a technician who reads the PLC of a machine, and a watch on what is shown. */
  async work(machine: MachineNumber = 1): Promise<void> {
    await this.#watch?.close();
    await this.technician.must(["connect", this.nameOf(machine)]);
    this.#watch = await Watch.open(this.lab);
    await this.witness.seesPlcAnswer(machine);
    await this.tellsTruth();
    this.watch.begin();
  }

  /** Then within 15 s that is shown, and everything that CLI, agent and portal show is what the witness sees. */
  async shows(what: string, holds: (state: AgentState) => boolean): Promise<AgentState> {
    const sinceMs = performance.now();
    const state = await this.watch.until(what, holds);
    await this.tellsTruth("awake", sinceMs);
    return state;
  }

  /** Then everything that CLI, agent and portal show is what the witness sees, 15 s after `sinceMs` at the latest. */
  async tellsTruth(laptop: LaptopPower = "awake", sinceMs = performance.now()): Promise<void> {
    await this.judge.expectTruth(laptop, this.#watch, sinceMs);
  }

  /** Given somebody who looks at the state, whatever it is. */
  async look(): Promise<Watch> {
    await this.#watch?.close();
    this.#watch = await Watch.open(this.lab);
    return this.#watch;
  }

  nameOf(machine: MachineNumber): string {
    return this.lab.variable(`MACHINE${machine}_NAME`);
  }

  /** Kills every process on a host that fits, as `kill -9` does. */
  async kill(host: HostName, program: keyof typeof programs): Promise<void> {
    await this.signal(host, program, "KILL");
  }

  async signal(host: HostName, program: keyof typeof programs, signal: "KILL" | "STOP" | "CONT"): Promise<void> {
    await this.lab.output(host, ["pkill", `-${signal}`, "-f", programs[program]]);
  }

  /** Given a file that is being copied from behind a machine's router, slowly enough to last. */
  async startCopy(machine: MachineNumber): Promise<Copy> {
    return await Copy.start(this.lab, machine);
  }

  /** This computer's own journal of tunnels and connections. */
  async history(): Promise<readonly JournalEntry[]> {
    const { entries } = (await this.technician.must(["history"])) as unknown as {
      readonly entries: readonly JournalEntry[];
    };
    return entries;
  }

  /** Whether `anslut connect` succeeds now. */
  async connects(machine: MachineNumber): Promise<boolean> {
    return (await this.technician.say(["connect", this.nameOf(machine)])).code === 0;
  }

  /** Then the tunnel and the machine come back by themselves, and the PLC bears it out. */
  async comesBack(machine: MachineNumber = 1, withinMs = 30_000): Promise<AgentState> {
    const state = await this.watch.until("the connection is back", showsConnected(this.nameOf(machine)), withinMs);
    await this.witness.seesPlcAnswer(machine);
    await this.tellsTruth();
    return state;
  }

  /** Then hanging up leaves nothing, and everybody sees that. */
  async leavesNothing(): Promise<void> {
    await this.technician.must(["hang-up"]);
    await this.nothingIsLeft();
  }

  /** Then nothing of a tunnel is on the laptop, and CLI, agent and portal show none. */
  async nothingIsLeft(): Promise<void> {
    await this.witness.seesNothingLeft();
    await this.tellsTruth();
  }

  /** Puts the lab back to where every test begins, whatever became of the one before: signed in, no tunnel, nothing left. */
  async reset(): Promise<void> {
    await this.#watch?.close();
    this.#watch = undefined;
    const { lab } = this;
    await Promise.all((["portal", "router1", "laptop", "proxy"] as const).map((host) => lab.powerOn(host)));
    await Promise.all([lab.wake("laptop"), lab.restore("office")]);
    await this.technician.say(["hang-up"]);
    await this.witness.seesNothingLeft();
  }

  /** What a failed `anslut` said: its cause, and that there is a sentence for the person. */
  expectFailure(said: Said, cause: Cause): void {
    const { error } = said.value as { readonly error?: { cause: string; headline: string; advice: string } };
    expect(error).toMatchObject({ cause, headline: expect.stringMatching(/\S/), advice: expect.stringMatching(/\S/) });
    expect(said.code).toBeGreaterThan(0);
  }

  /** `anslut status` as a person reads it says the headline of that cause. */
  async expectHeadline(cause: Cause): Promise<void> {
    const read = () => this.lab.output("laptop", ["/opt/anslut/bin/anslut", "status"], { user: "tech" });
    await expect.poll(read, { timeout: truthMs }).toContain(headlineOf(cause));
  }

  /** How many tunnels the router of a machine has had since its power came. */
  async routerTunnels(machine: MachineNumber): Promise<number> {
    return (await this.lab.log(`router${machine}`, "router")).split('"state":"connected"').length - 1;
  }

  /** `anslut-portal <words> --json` by its administrator. */
  async portal(words: readonly string[]): Promise<unknown> {
    return await administer(this.lab, words);
  }
}

async function administer(lab: Lab, words: readonly string[]): Promise<unknown> {
  return JSON.parse(await lab.output("portal", ["/opt/anslut/bin/anslut-portal", ...words, "--json"]));
}

/** The first words of a headline, without what is filled into it. */
function headlineOf(cause: Cause): string {
  return english.causes[cause].headline.split("{")[0]?.trim() ?? "";
}
