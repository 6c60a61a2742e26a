import type { Lab } from "../lab/lab.ts";
import { StepFailed } from "./narrator.ts";

/** What `anslut … --json` said: its object, and its exit code. */
export interface Said {
  readonly code: number | null;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The technician on the laptop, who knows one command: `anslut`. */
export class Technician {
  readonly #lab: Lab;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** Runs `anslut <words> --json`; a failure is a result. */
  async say(words: readonly string[], input = ""): Promise<Said> {
    const argv = ["/opt/anslut/bin/anslut", ...words, "--json"];
    const { code, stdout, stderr } = await this.#lab.exec("laptop", argv, { user: "tech", input });
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

  /** The code that the technician's phone shows. */
  async secondFactor(): Promise<string> {
    const secret = this.#lab.variable("TOTP_SECRET");
    return (await this.#lab.output("laptop", ["/opt/lab/wire", "totp", secret], { user: "tech" })).trim();
  }

  /** What a Modbus master reads from the PLC's first holding register. */
  async register(plc: string): Promise<number> {
    const argv = ["mbpoll", "-m", "tcp", "-a", "1", "-t", "4", "-r", "1", "-1", "-o", "3", plc];
    const { stdout, stderr } = await this.#lab.exec("laptop", argv, { user: "tech" });
    const found = /^\[1\]:\s+(\d+)/m.exec(stdout);
    if (found === null) throw new StepFailed(`the PLC gives no register: ${stderr.trim()}`);
    return Number(found[1]);
  }

  /** The title of the HMI's page. */
  async title(hmi: string): Promise<string> {
    const argv = ["curl", "--silent", "--show-error", "--max-time", "5", `http://${hmi}/`];
    const { stdout, stderr } = await this.#lab.exec("laptop", argv, { user: "tech" });
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
