import { expect } from "vitest";
import type { Machine } from "../../contract/portal.ts";
import type { Lab } from "../lab/lab.ts";
import type { LabProcess } from "../lab/lab-process.ts";
import { truthMs } from "./watch.ts";

const anslut = "/opt/anslut/bin/anslut";
const place = { host: "laptop2", user: "tech2" } as const;

/** At the next desk, signed in as well: sees what the portal shows while the technician's laptop is in trouble. */
export class Colleague {
  readonly #lab: Lab;
  /** Keeps the agent there. */
  readonly #face: LabProcess;

  private constructor(lab: Lab, face: LabProcess) {
    this.#lab = lab;
    this.#face = face;
  }

  /** Uses the code that the phone shows next: the one of now is the technician's. */
  static async signIn(lab: Lab): Promise<Colleague> {
    const say = (words: readonly string[], input = "") =>
      lab.output(place.host, [anslut, ...words, "--json"], { user: place.user, input });
    await say(["portal", "add", lab.variable("PORTAL_HOST"), "--fingerprint", lab.variable("PORTAL_FINGERPRINT")]);
    const code = await lab.output(place.host, ["/opt/lab/wire", "totp", "--ahead", "1", lab.variable("TOTP_SECRET")]);
    const who = ["--account", lab.variable("ACCOUNT"), "--user", lab.variable("USER")];
    await say(["login", ...who, "--password-stdin", "--code-stdin"], `${lab.variable("PASSWORD")}\n${code}`);
    const face = lab.spawn(place.host, [anslut, "status", "--watch", "--json"], { user: place.user });
    await face.line(/session/);
    return new Colleague(lab, face);
  }

  async close(): Promise<void> {
    await this.#face.kill();
  }

  /**
   * Asks for a tunnel while the helper of that laptop stands still: the ticket is drawn and waits. What is returned lets the
   * helper go on, and resolves when the tunnel is ready.
   */
  async dialWithHangingHelper(): Promise<() => Promise<void>> {
    const signal = (name: string) => this.#lab.output(place.host, ["pkill", `-${name}`, "-f", "anslut-helper serve"]);
    await signal("STOP");
    const dial = this.#lab.output(place.host, [anslut, "dial", "--json"], { user: place.user });
    dial.catch(() => {}); // whoever calls what is returned hears of it
    return async () => {
      await signal("CONT");
      await dial;
    };
  }

  /** Then the portal shows this of a machine, within 15 s. */
  async sees(machine: string, shown: Partial<Machine>): Promise<void> {
    await expect.poll(() => this.#look(machine), { timeout: truthMs, interval: 250 }).toMatchObject(shown);
  }

  async #look(machine: string): Promise<Machine | undefined> {
    const { stdout } = await this.#lab.exec(place.host, [anslut, "machines", machine, "--json"], { user: place.user });
    const { machines } = JSON.parse(stdout) as { readonly machines?: readonly Machine[] };
    return machines?.find(({ name }) => name === machine);
  }
}
