import type { Lab } from "../lab/lab.ts";
import type { LabProcess } from "../lab/lab-process.ts";

const anslut = "/opt/anslut/bin/anslut";
const place = { host: "laptop2", user: "tech2" } as const;

/** Another technician at the next desk, signed in, whose helper hangs. */
export class Neighbour {
  readonly #lab: Lab;
  /** Keeps the agent there. */
  readonly #face: LabProcess;

  private constructor(lab: Lab, face: LabProcess) {
    this.#lab = lab;
    this.#face = face;
  }

  static async signIn(lab: Lab): Promise<Neighbour> {
    const say = (words: readonly string[], input = "") =>
      lab.output(place.host, [anslut, ...words, "--json"], { user: place.user, input });
    await say(["portal", "add", lab.variable("PORTAL_HOST"), "--fingerprint", lab.variable("PORTAL_FINGERPRINT")]);
    const code = await lab.output(place.host, ["/opt/lab/wire", "totp", lab.variable("BEN_TOTP_SECRET")]);
    const who = ["--account", lab.variable("BEN_ACCOUNT"), "--user", lab.variable("BEN_USER")];
    await say(["login", ...who, "--password-stdin", "--code-stdin"], `${lab.variable("BEN_PASSWORD")}\n${code}`);
    const face = lab.spawn(place.host, [anslut, "status", "--watch", "--json"], { user: place.user });
    await face.line(/session/);
    return new Neighbour(lab, face);
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
}
