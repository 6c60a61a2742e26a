import { existsSync } from "node:fs";
import { join } from "node:path";
import { lineBatch, lineWayBatch, plugOf, switchBatch } from "./cables.ts";
import type { Credentials } from "./credentials.ts";
import { type Daemon, type DaemonPlan, runOn, startDaemon } from "./daemon.ts";
import { addPeople, hostDirectory, makeDisk } from "./disk.ts";
import type { EntryPlan } from "./entry.ts";
import { counterRules, type FirewallName, gatewayRules, officeRules, type ProxyKind } from "./firewall.ts";
import { type Holder, powerDown, powerUp } from "./holder.ts";
import { continueAll, stopAll } from "./inhabitant.ts";
import { type Line, type LineSetting, startLine } from "./line.ts";
import { proxyDaemons } from "./proxies.ts";
import { run } from "./run.ts";
import { machineDaemons, officeDns, pacDaemon, publicDns, tlsGate } from "./standing.ts";
import { type HostName, hostNames, hosts, type LineName, lineNames } from "./topology.ts";

export interface WorldOptions {
  readonly office: FirewallName;
  readonly proxy: ProxyKind;
  readonly lines: Readonly<Record<LineName, LineSetting>>;
  readonly wire: string;
}

/** Everything that stands in the lab, and what can be done to it. Lives inside the lab's namespaces. */
export class World {
  readonly #holders = new Map<HostName, Holder>();
  readonly #daemons = new Map<HostName, Daemon[]>();
  readonly #plans = new Map<HostName, DaemonPlan[]>();
  readonly #lines = new Map<LineName, Line>();
  readonly credentials: Credentials;
  #office: { readonly firewall: FirewallName; readonly proxy: ProxyKind };

  private constructor(options: WorldOptions, credentials: Credentials) {
    this.credentials = credentials;
    this.#office = { firewall: options.office, proxy: options.proxy };
  }

  /** Builds the world and resolves when every daemon in it says it is ready. */
  static async build(options: WorldOptions, credentials: Credentials): Promise<World> {
    const world = new World(options, credentials);
    await run("ip", ["-batch", "-"], { input: switchBatch() });
    await Promise.all([addPeople(), ...hostNames.map(makeDisk)]);
    const standing = [publicDns, tlsGate, await pacDaemon(), ...(await proxyDaemons(credentials))];
    for (const plan of [...standing, ...machineDaemons(credentials)]) world.#plansOf(plan.host).push(plan);
    await Promise.all([world.#startLines(options), ...hostNames.map((host) => world.powerOn(host))]);
    return world;
  }

  get firewall(): FirewallName {
    return this.#office.firewall;
  }

  /** @throws if the host has no power */
  pidOf(host: HostName): number {
    const holder = this.#holders.get(host);
    if (holder === undefined) throw new Error(`${host} has no power`);
    return holder.pid;
  }

  /** Starts a daemon on its host, now and whenever the host's power comes back. */
  async install(plan: DaemonPlan): Promise<Daemon> {
    const daemon = await this.#start(plan);
    this.#plansOf(plan.host).push(plan);
    return daemon;
  }

  /** Runs something to its end and returns what it printed. */
  errand(plan: EntryPlan, input?: string): Promise<string> {
    return runOn(this.pidOf(plan.host), plan, input);
  }

  async powerOn(host: HostName): Promise<void> {
    if (this.#holders.has(host)) return;
    this.#holders.set(host, await powerUp(host, this.#rulesOf(host)));
    const plans = [...this.#plansOf(host), ...(host === "office" ? [officeDns(this.#office.firewall)] : [])];
    // In order, because one may need the one before: the keyring its bus, the router its helper.
    for (const plan of plans) await this.#start(plan);
  }

  /** Kills everything on a host and takes its interfaces away; its disk stays. */
  async powerCut(host: HostName): Promise<void> {
    const holder = this.#holders.get(host);
    if (holder === undefined) return;
    continueAll(holder.pid); // a stopped one that waits outside would keep the kernel from clearing the namespace
    this.#holders.delete(host);
    this.#daemons.delete(host);
    await powerDown(host, holder);
  }

  /** The host sleeps: no process of it runs, its network ports are without power. */
  async sleep(host: HostName): Promise<void> {
    stopAll(this.pidOf(host));
    await this.#setCables(host, "out");
  }

  async wake(host: HostName): Promise<void> {
    await this.#setCables(host, "in");
    continueAll(this.pidOf(host));
  }

  async setFirewall(firewall: FirewallName, proxy: ProxyKind): Promise<void> {
    this.#office = { firewall, proxy };
    await run("nsenter", [`--target=${this.pidOf("office")}`, "--net", "nft", "-f", "-"], {
      input: officeRules(firewall, proxy),
    });
    const daemons = this.#daemonsOf("office");
    const dns = daemons.findIndex((daemon) => daemon.name === "dns");
    await daemons.splice(dns, 1)[0]?.stop();
    await this.#start(officeDns(firewall));
  }

  async setLine(name: LineName, change: Partial<LineSetting>): Promise<void> {
    const line = this.#lines.get(name);
    if (line === undefined) return;
    await line.set(change);
    // A relay in user space carries less than OpenVPN does: where it has nothing to do, a cable carries.
    const { roundTripMs, kbit, cut } = line.setting();
    const way = roundTripMs === 0 && kbit === 0 && !cut ? "cable" : "relay";
    await run("ip", ["-batch", "-"], { input: lineWayBatch(name, way) });
  }

  /** Pulls a host's cable out of the switch, or puts it back: the host sees its carrier go and come. */
  async setCable(host: HostName, device: string | undefined, plugged: "in" | "out"): Promise<void> {
    const port = hosts[host].ports.find((each) => device === undefined || each.device === device);
    if (port === undefined) throw new Error(`${host} has no port ${device}`);
    await run("ip", ["link", "set", plugOf(host, port.device), plugged === "in" ? "up" : "down"]);
  }

  async #setCables(host: HostName, plugged: "in" | "out"): Promise<void> {
    await Promise.all(hosts[host].ports.map(({ device }) => this.setCable(host, device, plugged)));
  }

  /** Packets that reached a PLC or an HMI, and that left it, since it has power. */
  async packets(host: HostName): Promise<{ readonly received: number; readonly sent: number }> {
    const text = await run("nsenter", [`--target=${this.pidOf(host)}`, "--net", "nft", "list", "counters"]);
    const count = (name: string): number => {
      const found = new RegExp(`counter ${name} \\{\\s*packets (\\d+)`).exec(text);
      if (found === null) throw new Error(`nobody counts the packets of ${host}`);
      return Number(found[1]);
    };
    return { received: count("received"), sent: count("sent") };
  }

  async #startLines(options: WorldOptions): Promise<void> {
    for (const [name, line] of await Promise.all(
      lineNames.map(async (each) => [each, await startLine(options.wire, each)] as const),
    )) {
      this.#lines.set(name, line);
      await line.set(options.lines[name]);
    }
    await run("ip", ["-batch", "-"], { input: lineBatch() });
  }

  async #start(plan: DaemonPlan): Promise<Daemon> {
    const holder = this.pidOf(plan.host);
    const daemon = await startDaemon(holder, plan);
    this.#daemonsOf(plan.host).push(daemon);
    void daemon.ended.then(() => this.#restart(plan, daemon, holder));
    return daemon;
  }

  /** What its unit would do, unless it was stopped or its host lost its power. */
  #restart(plan: DaemonPlan, daemon: Daemon, holder: number): void {
    const daemons = this.#daemonsOf(plan.host);
    const index = daemons.indexOf(daemon);
    if (plan.restartMs === undefined || index < 0) return;
    daemons.splice(index, 1);
    this.#startLater(plan, plan.restartMs, holder);
  }

  // What it says when it does not start is in its log.
  #startLater(plan: DaemonPlan, pauseMs: number, holder: number): void {
    setTimeout(() => {
      if (this.#holders.get(plan.host)?.pid !== holder) return;
      if (isMasked(plan)) this.#startLater(plan, pauseMs, holder);
      else this.#start(plan).catch(() => this.#startLater(plan, pauseMs, holder));
    }, pauseMs);
  }

  #rulesOf(host: HostName): string {
    if (host === "office") return officeRules(this.#office.firewall, this.#office.proxy);
    if (host === "gateway1" || host === "gateway2") return gatewayRules;
    return /^(plc|hmi)/.test(host) ? counterRules : "";
  }

  #plansOf(host: HostName): DaemonPlan[] {
    return listIn(this.#plans, host);
  }

  #daemonsOf(host: HostName): Daemon[] {
    return listIn(this.#daemons, host);
  }
}

function listIn<Key, Item>(map: Map<Key, Item[]>, key: Key): Item[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}

/** Whether a file on its host, gone with the power, keeps a daemon from being started anew, as a masked unit is. */
function isMasked({ host, name }: DaemonPlan): boolean {
  return existsSync(join(hostDirectory(host), "memory/run", `masked-${name}`));
}
