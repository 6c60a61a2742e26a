import { expect } from "vitest";
import type { Lab } from "../lab/lab.ts";
import type { HostName } from "../lab/topology.ts";

/** Which of the lab's machines that have a router. */
export type MachineNumber = 1 | 2 | 3;

/** Somebody who believes none of our programs: looks at kernel routes, processes, and packets at the PLC. */
export class Witness {
  readonly #lab: Lab;

  private constructor(lab: Lab) {
    this.#lab = lab;
  }

  /**
   * Counts at the first PLC what comes from beyond its own LAN: its router asks it whether it is there, and may. ICMP
   * errors do not count: they answer what the PLC itself still sends into a connection that was cut.
   */
  static async open(lab: Lab): Promise<Witness> {
    const rules = `
      table inet witness {
        counter foreign { }
        chain came {
          type filter hook prerouting priority raw;
          iifname "eth0" ip saddr != ${lab.variable("MACHINE1_NETWORK")} icmp type destination-unreachable accept
          iifname "eth0" ip saddr != ${lab.variable("MACHINE1_NETWORK")} counter name foreign
        }
      }`;
    await lab.output("plc1", ["nft", "-f", "-"], { input: rules });
    return new Witness(lab);
  }

  /** Routes of ours in the kernel, in iproute2's words. */
  async routes(host: HostName = "laptop"): Promise<readonly string[]> {
    return linesOf(await this.#lab.output(host, ["ip", "route", "show", "proto", "177"]));
  }

  /** The kernel has a tunnel's routes. */
  async seesRoutesOn(host: HostName): Promise<void> {
    expect(await this.routes(host)).not.toEqual([]);
  }

  /** Pids, on their host, of the processes whose command line fits. */
  async pids(host: HostName, commandLine: string): Promise<readonly number[]> {
    const { stdout } = await this.#lab.exec(host, ["pgrep", "-f", commandLine]);
    return linesOf(stdout).map(Number);
  }

  /** OpenVPN and relay of the laptop's tunnel: what runs as the VPN user. */
  async tunnelProcesses(host: HostName = "laptop"): Promise<readonly string[]> {
    return linesOf((await this.#lab.exec(host, ["pgrep", "-a", "-u", "anslut-vpn"])).stdout);
  }

  /** A Modbus client reads what was drawn for that machine's PLC, and packets came to it. */
  async seesPlcAnswer(machine: MachineNumber): Promise<void> {
    const before = await this.#lab.packets(`plc${machine}`);
    expect(await this.#register(machine, 5)).toBe(Number(this.#lab.variable(`MACHINE${machine}_REGISTER`)));
    expect((await this.#lab.packets(`plc${machine}`)).received).toBeGreaterThan(before.received);
  }

  /** The same, as soon as the fault is over. */
  async eventuallySeesPlcAnswer(machine: MachineNumber, withinMs = 15_000): Promise<void> {
    const drawn = Number(this.#lab.variable(`MACHINE${machine}_REGISTER`));
    await expect.poll(() => this.#register(machine), { timeout: withinMs, interval: 100 }).toBe(drawn);
  }

  /** A Modbus client gets nothing, and not one packet comes to the first PLC from beyond its LAN. */
  async seesPlcOutOfReach(): Promise<void> {
    const before = await this.#foreignPackets();
    expect(await this.#register(1)).toBeUndefined();
    expect(await this.#foreignPackets()).toBe(before);
  }

  async #foreignPackets(): Promise<number> {
    const text = await this.#lab.output("plc1", ["nft", "list", "counter", "inet", "witness", "foreign"]);
    return Number(/packets (\d+)/.exec(text)?.[1]);
  }

  /** No adapter, route, process or journal entry of a tunnel is on the laptop. */
  async seesNothingLeft(host: HostName = "laptop"): Promise<void> {
    const [adapters, routes, rules, processes, journal] = await Promise.all([
      this.#lab.output(host, ["ip", "-brief", "link"]),
      this.routes(host),
      this.#lab.output(host, ["ip", "rule"]),
      this.tunnelProcesses(host),
      this.#lab.exec(host, ["cat", "/var/lib/anslut/journal.json"]),
    ]);
    expect({
      adapter: adapters.includes("anslut0"),
      routes,
      rules: linesOf(rules).length,
      processes,
      journal: journal.stdout.includes("anslut0"),
    }).toEqual({ adapter: false, routes: [], rules: 3, processes: [], journal: false });
  }

  async #register(machine: MachineNumber, timeoutSeconds = 2): Promise<number | undefined> {
    const plc = this.#lab.variable(`MACHINE${machine}_REMOTE_PLC`);
    const argv = ["mbpoll", "-m", "tcp", "-a", "1", "-t", "4", "-r", "1", "-1", "-o", `${timeoutSeconds}`, plc];
    const { stdout } = await this.#lab.exec("laptop", argv, { user: "tech" });
    const found = /^\[1\]:\s+(\d+)/m.exec(stdout);
    return found === null ? undefined : Number(found[1]);
  }
}

function linesOf(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
