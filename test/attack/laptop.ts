import type { Lab } from "../lab/lab.ts";
import type { HostName } from "../lab/topology.ts";

/** A laptop as the kernel shows it to somebody who believes none of our programs. */
export class Laptop {
  readonly #lab: Lab;
  readonly #host: HostName;

  constructor(lab: Lab, host: HostName) {
    this.#lab = lab;
    this.#host = host;
  }

  /** Everything that decides where packets and names go, but what stands on our own adapter. */
  async bearings(): Promise<string> {
    const [routes, rules, resolver] = await Promise.all([
      this.#text(["ip", "-4", "route", "show", "table", "all"]),
      this.#text(["ip", "rule"]),
      this.#text(["cat", "/etc/resolv.conf"]),
    ]);
    const foreign = routes.split("\n").filter((line) => !line.includes("anslut0"));
    return [...foreign, rules, resolver].join("\n");
  }

  /** Routes of the main table on our adapter: destination, and the gateway where there is one. */
  async tunnelRoutes(): Promise<readonly string[]> {
    const text = await this.#text(["ip", "-4", "route", "show", "dev", "anslut0"]);
    return lines(text)
      .map((line) => line.split(" proto ")[0]?.trim() ?? line)
      .sort();
  }

  /** Our adapter's IPv4 addresses with their prefix lengths; none without an adapter. */
  async tunnelAddresses(): Promise<readonly string[]> {
    const { stdout } = await this.#lab.exec(this.#host, ["ip", "-4", "-brief", "addr", "show", "dev", "anslut0"]);
    return stdout.trim().split(/\s+/).slice(2);
  }

  /** The device that a packet to that address leaves by. */
  async deviceTo(address: string): Promise<string> {
    const { stdout } = await this.#lab.exec(this.#host, ["ip", "-4", "route", "get", address]);
    return /\bdev (\S+)/.exec(stdout)?.[1] ?? "none";
  }

  /** Command lines of the VPN user's processes. */
  async vpnProcesses(): Promise<readonly string[]> {
    return lines((await this.#lab.exec(this.#host, ["pgrep", "-a", "-u", "anslut-vpn"])).stdout);
  }

  /** What of a tunnel is there: nothing, when all is well and nobody has dialled. */
  async leftovers(): Promise<readonly string[]> {
    const [links, processes, journal] = await Promise.all([
      this.#text(["ip", "-brief", "link"]),
      this.vpnProcesses(),
      this.#lab.exec(this.#host, ["cat", "/var/lib/anslut/journal.json"]),
    ]);
    return [...lines(links).filter((line) => line.startsWith("anslut0")), ...processes, ...lines(journal.stdout)];
  }

  async #text(argv: readonly string[]): Promise<string> {
    return await this.#lab.output(this.#host, argv);
  }
}

function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}
