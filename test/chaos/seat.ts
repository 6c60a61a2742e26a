import type { AgentState } from "../../contract/state.ts";
import type { Lab } from "../lab/lab.ts";
import type { HostName } from "../lab/topology.ts";

/** What `anslut … --json` said: its object, and its exit code. */
export interface Said {
  readonly code: number | null;
  readonly value: Readonly<Record<string, unknown>>;
}

/** No command of ours may take longer, whatever is broken. */
const commandLimitMs = 90_000;

/** A person at a computer, signed in to the portal as somebody, who knows one command: `anslut`. */
export class Seat {
  readonly host: HostName;
  /** The person on the computer. */
  readonly user: string;
  /** The person in the portal: the start of the lab's variables, `ANNA`. */
  readonly person: string;
  readonly #lab: Lab;
  #codeStep = 0;

  constructor(lab: Lab, host: HostName, user: string, person: string) {
    this.#lab = lab;
    this.host = host;
    this.user = user;
    this.person = person;
  }

  /** Runs `anslut <words> --json`. A refusal is a result; no JSON, or no end, is a violation. */
  async say(words: readonly string[], input = ""): Promise<Said> {
    const argv = ["/opt/anslut/bin/anslut", ...words, "--json"];
    const limit = AbortSignal.timeout(commandLimitMs);
    const run = this.#lab.exec(this.host, argv, { user: this.user, input, abort: limit });
    const { code, stdout, stderr } = await run.catch((error: unknown) => {
      throw limit.aborted ? new Error(`anslut ${words.join(" ")} did not end in ${commandLimitMs / 1000} s`) : error;
    });
    const last = stdout.trim().split("\n").at(-1) ?? "";
    try {
      return { code, value: JSON.parse(last) as Readonly<Record<string, unknown>> };
    } catch {
      throw new Error(`anslut ${words.join(" ")} ended with ${code} and said no JSON: ${stdout}${stderr}`);
    }
  }

  async state(): Promise<AgentState> {
    const { value } = await this.say(["status"]);
    if (!("session" in value)) throw new Error(`anslut status said ${JSON.stringify(value)}`);
    return value as unknown as AgentState;
  }

  /** Signs in with password and a code that has not been used yet: a code works once. */
  async signIn(): Promise<Said> {
    const [account, user, password] = ["ACCOUNT", "USER", "PASSWORD"].map((name) => this.#own(name)) as [
      string,
      string,
      string,
    ];
    const words = ["login", "--account", account, "--user", user, "--password-stdin", "--code-stdin", "--remember"];
    return await this.say(words, `${password}\n${await this.#freshCode()}\n`);
  }

  // The portal takes the code of the step before and after, too; so at most two steps ahead of the clock are used up.
  async #freshCode(): Promise<string> {
    const stepMs = 30_000;
    const now = Math.floor(Date.now() / stepMs);
    this.#codeStep = Math.max(now, this.#codeStep + 1);
    while (this.#codeStep > Math.floor(Date.now() / stepMs) + 1) {
      await new Promise((resolve) => setTimeout(resolve, stepMs - (Date.now() % stepMs)));
    }
    const ahead = this.#codeStep - Math.floor(Date.now() / stepMs);
    const argv = ["/opt/lab/wire", "totp", "--ahead", `${ahead}`, this.#own("TOTP_SECRET")];
    return (await this.#lab.output(this.host, argv, { user: this.user })).trim();
  }

  #own(name: string): string {
    return this.#lab.variable(`${this.person}_${name}`);
  }
}

/** The cause of a failure that `--json` printed. */
export function causeOf({ value }: Said): string | undefined {
  const { error } = value as { readonly error?: { readonly cause?: string; readonly code?: string } };
  return error?.cause ?? error?.code;
}
