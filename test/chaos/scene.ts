import type { FirewallName } from "../lab/firewall.ts";
import type { Lab } from "../lab/lab.ts";
import type { HostName } from "../lab/topology.ts";
import { Seat } from "./seat.ts";

/** A machine whose PLC the technician may reach. */
export interface Site {
  readonly name: string;
  readonly router: "router1" | "router2";
  readonly plc: "plc1" | "plc2";
  /** The PLC as the machine knows it: what the right names, and so what the router watches. */
  readonly device: string;
  /** The machine's LAN, and its router in it. */
  readonly lan: string;
  readonly lanRouter: string;
  /** As the laptop reaches it. */
  readonly network: string;
  readonly plcAddress: string;
  readonly register: number;
}

/** What the runner has done to the world: deeds are chosen by it alone, so that a seed repeats them. */
export interface Conditions {
  cable: "in" | "out";
  line: "good" | "cut";
  office: FirewallName;
  proxies: "up" | "dead";
  portal: "on" | "off";
  helper: "on" | "off";
  readonly routers: Record<Site["router"], "on" | "off">;
  readonly plcs: Record<Site["plc"], "in" | "out">;
  user: "enabled" | "disabled";
  /** Machines that anna has a right on. */
  readonly rights: Set<string>;
  /** What the technician wants. */
  dialled: boolean;
  readonly connected: Set<string>;
  /** What the colleague wants, who has no right on anything. */
  colleague: boolean;
}

/** The programs of the product that a unit starts again, by their command lines. */
export const programs = {
  helper: "anslut-helper serve",
  router: "router.mjs run",
} as const;

/** What keeps the helper away, as a masked unit (lab's README). */
const mask = "/run/masked-helper";
/** A unit's pause and a start on a slow machine. */
const restartLimitMs = 60_000;

/** The lab with its people. Who is killed is started again by the lab, as by the systemd of its hosts. */
export class Scene {
  readonly lab: Lab;
  readonly technician: Seat;
  readonly colleague: Seat;
  readonly sites: readonly Site[];
  readonly conditions: Conditions;

  constructor(lab: Lab) {
    this.lab = lab;
    this.technician = new Seat(lab, "laptop", "tech", "ANNA");
    this.colleague = new Seat(lab, "laptop2", "tech2", "BEN");
    this.sites = [siteOf(lab, 1), siteOf(lab, 2)];
    this.conditions = {
      cable: "in",
      line: "good",
      office: "open",
      proxies: "up",
      portal: "on",
      helper: "on",
      routers: { router1: "on", router2: "on" },
      plcs: { plc1: "in", plc2: "in" },
      user: "enabled",
      rights: new Set(this.sites.map(({ name }) => name)),
      dialled: false,
      connected: new Set(),
      colleague: false,
    };
  }

  /** Portal, proxy and sign-in, as on a person's first day. */
  async begin(): Promise<void> {
    const { lab, technician, colleague } = this;
    const proxy = `${lab.variable("PROXY_HOST")}:${lab.variable("PROXY_PORT_BASIC")}`;
    const words = ["proxy", "manual", proxy, "--username", lab.variable("PROXY_USER"), "--password-stdin"];
    await technician.say(words, `${lab.variable("PROXY_PASSWORD")}\n`);
    for (const { name } of this.sites) {
      await this.withdraw(name);
      await this.grant(name);
    }
    for (const seat of [technician, colleague]) {
      const add = ["portal", "add", lab.variable("PORTAL_HOST"), "--fingerprint", lab.variable("PORTAL_FINGERPRINT")];
      for (const { code, value } of [await seat.say(add), await seat.signIn()]) {
        if (code !== 0) throw new Error(`${seat.user} cannot begin: ${JSON.stringify(value)}`);
      }
    }
  }

  /** Runs `anslut-portal … --json` as the administrator. */
  async administer(words: readonly string[]): Promise<unknown> {
    const argv = ["/opt/anslut/bin/anslut-portal", ...words, "--json"];
    return JSON.parse(await this.lab.output("portal", argv)) as unknown;
  }

  /** Gives anna a right on a machine's PLC. */
  async grant(machine: string): Promise<void> {
    const site = this.sites.find(({ name }) => name === machine);
    await this.administer(["grant", "add", "acme", "anna", machine, "--destination", site?.device ?? ""]);
    this.conditions.rights.add(machine);
  }

  /** Takes every right of anna's on a machine back. */
  async withdraw(machine: string): Promise<void> {
    const grants = (await this.administer(["grant", "list", "acme"])) as readonly Grant[];
    for (const grant of grants) {
      if (grant.user === "anna" && grant.machine === machine)
        await this.administer(["grant", "remove", "acme", grant.id]);
    }
    this.conditions.rights.delete(machine);
  }

  /** kill -9 of every process of a host that fits; how many there were. */
  async kill(host: HostName, ...pattern: readonly string[]): Promise<number> {
    const { code, stderr, stdout } = await this.lab.exec(host, ["pkill", "-9", "-e", ...pattern]);
    if (code !== 0 && code !== 1) throw new Error(`pkill ${pattern.join(" ")}: ${stderr}`);
    return stdout.split("\n").filter((line) => line !== "").length;
  }

  /** kill -9 of a program that the lab starts again, as its unit would. Resolves when it is there; how many were killed. */
  async killForAMoment(host: HostName, program: string): Promise<number> {
    const count = await this.kill(host, "-f", program);
    await this.#comesBack(host, program);
    return count;
  }

  /** From now on the helper of the technician's laptop is not there. */
  async takeHelper(): Promise<number> {
    await this.lab.output("laptop", ["touch", mask]);
    return await this.kill("laptop", "-f", programs.helper);
  }

  async giveHelper(): Promise<void> {
    await this.lab.output("laptop", ["rm", "-f", mask]);
    await this.#comesBack("laptop", programs.helper);
  }

  /** Resolves when the portal answers somebody on the internet. */
  async portalAnswers(): Promise<void> {
    const deadline = Date.now() + restartLimitMs;
    for (;;) {
      const url = `https://${this.lab.variable("PORTAL_HOST")}/api/v1/about`;
      if ((await this.lab.exec("stranger", ["curl", "-s", "-k", "-f", "--max-time", "2", url])).code === 0) return;
      if (Date.now() > deadline) throw new Error("nobody started the portal again");
    }
  }

  async #comesBack(host: HostName, program: string): Promise<void> {
    const deadline = Date.now() + restartLimitMs;
    for (;;) {
      if ((await this.lab.exec(host, ["pgrep", "-f", program])).code === 0) return;
      if (Date.now() > deadline) throw new Error(`${host}: nobody started ${program} again`);
    }
  }
}

interface Grant {
  readonly id: string;
  readonly user: string;
  readonly machine: string;
}

function siteOf(lab: Lab, number: 1 | 2): Site {
  const own = (name: string): string => lab.variable(`MACHINE${number}_${name}`);
  return {
    name: own("NAME"),
    router: `router${number}`,
    plc: `plc${number}`,
    device: own("PLC"),
    lan: own("NETWORK"),
    lanRouter: own("NETWORK").replace(/\.0\/24$/, ".1"),
    network: own("REMOTE_NETWORK"),
    plcAddress: own("REMOTE_PLC"),
    register: Number(own("REGISTER")),
  };
}
