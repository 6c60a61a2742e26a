import type { Lab } from "../lab/lab.ts";
import type { HostName } from "../lab/topology.ts";

interface Said {
  readonly code: number | null;
  readonly value: Readonly<Record<string, unknown>>;
}

/** A technician of the portal at some computer of the lab: signs in and dials through the real command line. */
export class Person {
  readonly name: string;
  readonly host: HostName;
  readonly #user: string;
  readonly #lab: Lab;
  #codes = 0;

  /** `name` is that of `accounts.ts`, `user` who is logged in at the computer. */
  constructor(lab: Lab, name: string, host: HostName, user: string) {
    this.#lab = lab;
    this.name = name;
    this.host = host;
    this.#user = user;
  }

  variable(name: string): string {
    return this.#lab.variable(`${this.name.toUpperCase()}_${name}`);
  }

  /** Runs `anslut … --json`; a failure is a result. */
  async say(words: readonly string[], input = "", env: Readonly<Record<string, string>> = {}): Promise<Said> {
    const argv = ["/opt/anslut/bin/anslut", ...words, "--json"];
    const { code, stdout, stderr } = await this.#lab.exec(this.host, argv, { user: this.#user, input, env });
    try {
      return { code, value: JSON.parse(stdout) as Said["value"] };
    } catch {
      throw new Error(`anslut ${words[0]} ended with ${code} and said no JSON: ${stdout}${stderr}`);
    }
  }

  /** Like {@link say}, but a failure is one. */
  async must(words: readonly string[], input = ""): Promise<Said["value"]> {
    const { code, value } = await this.say(words, input);
    if (code !== 0) throw new Error(`anslut ${words.join(" ")}: ${JSON.stringify(value)}`);
    return value;
  }

  async addPortal(): Promise<void> {
    const fingerprint = this.#lab.variable("PORTAL_FINGERPRINT");
    await this.must(["portal", "add", this.#lab.variable("PORTAL_HOST"), "--fingerprint", fingerprint]);
  }

  async signIn(): Promise<void> {
    const names = ["--account", this.variable("ACCOUNT"), "--user", this.variable("USER")];
    const words = ["login", ...names, "--password-stdin", "--code-stdin"];
    await this.must(words, `${this.variable("PASSWORD")}\n${await this.code()}\n`);
  }

  /** The next code of the second factor: each works once, and the portal takes the coming one as well. */
  async code(): Promise<string> {
    const ahead = this.#codes > 0 ? ["--ahead", "1"] : [];
    this.#codes += 1;
    const argv = ["/opt/lab/wire", "totp", ...ahead, this.variable("TOTP_SECRET")];
    return (await this.#lab.output(this.host, argv, { user: this.#user })).trim();
  }

  /** Dials and returns the address in the account's network. */
  async dial(): Promise<{ readonly address: string; readonly gateway: string; readonly network: string }> {
    const { tunnel } = (await this.must(["dial"])) as {
      readonly tunnel: {
        readonly slice: { readonly address: string; readonly gateway: string; readonly network: string };
      };
    };
    return tunnel.slice;
  }
}
