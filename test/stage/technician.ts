import type { Lab } from "../lab/lab.ts";
import type { HostName } from "../lab/topology.ts";
import { StepFailed } from "./narrator.ts";

/** What `anslut … --json` said: its object, and its exit code. */
export interface Said {
  readonly code: number | null;
  readonly value: Readonly<Record<string, unknown>>;
}

/** A person at a computer of the lab. */
export interface Seat {
  readonly host: HostName;
  readonly user: string;
}

/** A technician, who knows one command: `anslut`. The one on the laptop unless another seat is named. */
export class Technician {
  readonly #lab: Lab;
  readonly #seat: Seat;

  constructor(lab: Lab, seat: Seat = { host: "laptop", user: "tech" }) {
    this.#lab = lab;
    this.#seat = seat;
  }

  /** Runs `anslut <words> --json`; a failure is a result. */
  async say(words: readonly string[], input = ""): Promise<Said> {
    const argv = ["/opt/anslut/bin/anslut", ...words, "--json"];
    const { code, stdout, stderr } = await this.#lab.exec(this.#seat.host, argv, { user: this.#seat.user, input });
    try {
      return { code, value: JSON.parse(stdout) as Readonly<Record<string, unknown>> };
    } catch {
      throw new StepFailed(`anslut ${words[0]} ended with ${code} and said no JSON: ${stdout}${stderr}`);
    }
  }

  /** Like {@link say}, but a failure is one. */
  async must(words: readonly string[], input = ""): Promise<Readonly<Record<string, unknown>>> {
    const { code, value } = await this.say(words, input);
    if (code === 0) return value;
    throw new StepFailed(errorText(value));
  }

  /** Adds the portal, and signs in with the second factor. `words` go to `anslut login`. */
  async signIn(...words: readonly string[]): Promise<void> {
    const variable = (name: string) => this.#lab.variable(name);
    await this.must(["portal", "add", variable("PORTAL_HOST"), "--fingerprint", variable("PORTAL_FINGERPRINT")]);
    const who = ["--account", variable("ACCOUNT"), "--user", variable("USER")];
    const secrets = `${variable("PASSWORD")}\n${await this.secondFactor()}\n`;
    await this.must(["login", ...who, ...words, "--password-stdin", "--code-stdin"], secrets);
  }

  /** The code that the technician's phone shows; `variable` names the secret behind it. */
  async secondFactor(variable = "TOTP_SECRET"): Promise<string> {
    const { host, user } = this.#seat;
    const words = ["/opt/lab/wire", "totp", this.#lab.variable(variable)];
    return (await this.#lab.output(host, words, { user })).trim();
  }

  /** What a Modbus master reads from the PLC's first holding register. */
  async register(plc: string): Promise<number> {
    const argv = ["mbpoll", "-m", "tcp", "-a", "1", "-t", "4", "-r", "1", "-1", "-o", "3", plc];
    const { stdout, stderr } = await this.#lab.exec(this.#seat.host, argv, { user: this.#seat.user });
    const found = /^\[1\]:\s+(\d+)/m.exec(stdout);
    if (found === null) throw new StepFailed(`the PLC gives no register: ${stderr.trim()}`);
    return Number(found[1]);
  }

  /** The title of the HMI's page. */
  async title(hmi: string): Promise<string> {
    const argv = ["curl", "--silent", "--show-error", "--max-time", "5", `http://${hmi}/`];
    const { stdout, stderr } = await this.#lab.exec(this.#seat.host, argv, { user: this.#seat.user });
    const found = /<title>([^<]*)<\/title>/.exec(stdout);
    if (found === null) throw new StepFailed(`the HMI gives no page: ${stderr.trim()}`);
    return found[1] ?? "";
  }
}

/** Headline and advice of a failure that `--json` printed. */
export function errorText(value: Readonly<Record<string, unknown>>): string {
  const { error } = value as { readonly error?: { readonly headline: string; readonly advice: string } };
  return error === undefined ? JSON.stringify(value) : `${error.headline} ${error.advice}`;
}
