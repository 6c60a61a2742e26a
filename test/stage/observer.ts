import type { Lab } from "../lab/lab.ts";
import { StepFailed } from "./narrator.ts";

const squidLog = "/var/log/squid/basic.access.log";

/** What somebody sees who believes none of our programs: the kernel's routes, processes, and packets at the PLC. */
export class Observer {
  readonly #lab: Lab;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** Routes that Anslut has set on the laptop, in iproute2's words. */
  async routes(): Promise<readonly string[]> {
    const text = await this.#lab.output("laptop", ["ip", "route", "show", "proto", "177"]);
    return text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
  }

  /** Tries to speak to the PLC. @throws if it answers, or if a single packet has come to it */
  async expectUnreachable(plc: string): Promise<string> {
    const before = await this.#lab.packets("plc1");
    const call = ["socat", "-u", "/dev/null", `TCP4:${plc}:502,connect-timeout=2`];
    const { code, stderr } = await this.#lab.exec("laptop", call, { user: "tech" });
    const after = await this.#lab.packets("plc1");
    if (code === 0) throw new StepFailed(`${plc}:502 answers although it must not`);
    if (after.received !== before.received) throw new StepFailed("packets have come to the PLC although none may");
    const why = stderr.trim().split(": ").at(-1);
    return `${plc}:502 is out of reach (${why}); no packet came to the PLC`;
  }

  /** @throws if an adapter, route, process or journal entry of a tunnel is left on the laptop */
  async expectNothingLeft(): Promise<string> {
    const [adapters, routes, processes, journal] = await Promise.all([
      this.#lab.output("laptop", ["ip", "-brief", "link"]),
      this.routes(),
      this.#lab.exec("laptop", ["pgrep", "-a", "-u", "anslut-vpn"]),
      this.#lab.exec("laptop", ["cat", "/var/lib/anslut/journal.json"]),
    ]);
    const left = [
      ...(adapters.includes("anslut0") ? ["the adapter anslut0"] : []),
      ...routes.map((route) => `the route ${route}`),
      ...processes.stdout
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => `the process ${line}`),
      ...(journal.code === 0 && journal.stdout.includes("anslut0") ? ["an entry in the journal"] : []),
    ];
    if (left.length > 0) throw new StepFailed(`left behind: ${left.join(", ")}`);
    return "no adapter, no route, no process, an empty journal";
  }

  /** How many lines squid's log has. */
  async proxyLogLength(): Promise<number> {
    return (await this.#lab.readFile("proxy", squidLog)).split("\n").length - 1;
  }

  /** Squid's next CONNECT to the portal behind so many lines: it writes one when a tunnel has ended. */
  async proxyLogAfter(lines: number): Promise<string> {
    const tail = this.#lab.spawn("proxy", ["tail", `--lines=+${lines + 1}`, "--follow", squidLog]);
    const found = await tail.line(new RegExp(`TUNNEL/200 .* CONNECT ${this.#lab.variable("PORTAL_HOST")}:`));
    await tail.kill();
    return found;
  }
}
