import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { echoPort } from "../../contract/constants.ts";
import type { Lab } from "../lab/lab.ts";
import { type HostName, portalName } from "../lab/topology.ts";
import type { Sight } from "./truth.ts";

/** Which of the lab's machines that have a router. */
export type MachineNumber = 1 | 2 | 3;

/** Whether the technician's computer runs. One that sleeps or has no power carries nothing. */
export type LaptopPower = "awake" | "asleep" | "off";

const echoMs = 1500;

/** Somebody who believes none of our programs: looks at kernel routes, processes, and packets at the PLC. */
export class Witness {
  readonly #lab: Lab;
  /** Where a machine is reached as, where that is no more what the lab's variables say. */
  readonly #moved = new Map<MachineNumber, { readonly network: string; readonly plc: string }>();

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

  /** From now on a machine's network and PLC are to be found there. */
  expects(machine: MachineNumber, network: string, plc: string): void {
    this.#moved.set(machine, { network, plc });
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

  /** Everything that the state which is shown is about, at this moment. */
  async sight(laptop: LaptopPower): Promise<Sight> {
    const routes = laptop === "awake" ? await this.routes() : [];
    const [gateway, portal, ...machines] = await Promise.all([
      this.#echoes(routes),
      this.#portalAnswers(),
      ...([1, 2, 3] as const).map((machine) => this.#lookAt(machine, routes)),
    ]);
    return { gateway, portal, machines };
  }

  async #lookAt(machine: MachineNumber, routes: readonly string[]): Promise<Sight["machines"][number]> {
    const network = this.#moved.get(machine)?.network ?? this.#lab.variable(`MACHINE${machine}_REMOTE_NETWORK`);
    const routed = routes.some((route) => route.startsWith(`${network} `));
    const [value, router] = await Promise.all([
      routed ? this.#register(machine, 1) : undefined,
      this.#routerStands(`router${machine}`),
    ]);
    const answers = value === Number(this.#lab.variable(`MACHINE${machine}_REGISTER`));
    return { name: this.#lab.variable(`MACHINE${machine}_NAME`), routed, answers, router };
  }

  /** The account's gateway, the only host that is routed, sends back what it is sent. */
  async #echoes(routes: readonly string[]): Promise<boolean> {
    const gateway = routes.map((route) => route.split(" ")[0] ?? "").find((place) => !place.includes("/"));
    if (gateway === undefined) return false;
    const nonce = randomBytes(8).toString("hex");
    const echo = this.#lab.spawn("laptop", ["socat", "STDIO", `UDP4:${gateway}:${echoPort}`], { user: "tech" });
    try {
      return await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), echoMs);
        const answer = (isOurs: boolean): void => {
          clearTimeout(timer);
          resolve(isOurs);
        };
        echo.stdout.on("data", (data: Buffer) => answer(data.toString() === nonce));
        echo.exited.then(
          () => answer(false),
          () => answer(false),
        );
        echo.stdin.write(nonce);
      });
    } finally {
      await echo.kill();
    }
  }

  async #portalAnswers(): Promise<boolean> {
    const url = `https://${portalName}/api/v1/about`;
    return (await this.#lab.exec("stranger", ["curl", "-s", "-k", "-f", "--max-time", "2", url])).code === 0;
  }

  /** One without power has no kernel to ask. */
  async #routerStands(host: HostName): Promise<boolean> {
    const script = "ip -4 route show proto 177 | grep -q . && ss -Htn state established | grep -Eq ':(1194|443|80) *$'";
    return await this.#lab.exec(host, ["sh", "-c", script]).then(
      ({ code }) => code === 0,
      () => false,
    );
  }

  async #register(machine: MachineNumber, timeoutSeconds = 2): Promise<number | undefined> {
    const plc = this.#moved.get(machine)?.plc ?? this.#lab.variable(`MACHINE${machine}_REMOTE_PLC`);
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
