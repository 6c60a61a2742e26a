import type { AgentRequest, AgentResult, Judged, Probe } from "../../../contract/agent.ts";
import { failureOf } from "../../../contract/causes.ts";
import type { Machine, Outcome, RouterSight } from "../../../contract/portal.ts";
import { echoTargets } from "../../core/model.ts";
import type { Judgement } from "../../core/reachability.ts";
import { cureOf, judgeReachability } from "../../core/reachability.ts";
import type { askEcho } from "../../dial/echo.ts";
import { ping, probePort } from "../../dial/probe.ts";
import type { Portals } from "../portal/portals.ts";
import type { Store } from "../store.ts";
import type { MachinesActor } from "./machines.ts";

type CheckWish = Extract<AgentRequest, { readonly type: "check" }>;

export interface ReachabilityOptions {
  readonly store: Store;
  readonly portals: Portals;
  readonly machines: MachinesActor;
  readonly askEcho: typeof askEcho;
}

export interface CheckContext {
  readonly signal: AbortSignal;
  readonly probed: (probe: Probe) => void;
}

/** S7, Modbus, OPC UA, EtherNet/IP, web pages, VNC. */
const usualPorts: readonly number[] = [102, 502, 4840, 44_818, 80, 443, 5900];
const echoMs = 3000;
/** More devices than that are named as untested, and looked at one by one, by their addresses. */
const mostDevices = 8;

/** Tests a machine's devices from the router and from here, and says what it comes to. */
export class Reachability {
  readonly #options: ReachabilityOptions;

  constructor(options: ReachabilityOptions) {
    this.#options = options;
  }

  /** Throws `machineUnknown` and what keeps us from the portal. */
  async examine(wish: CheckWish, { signal, probed }: CheckContext): Promise<AgentResult> {
    const machine = await this.#options.machines.find(wish.machine, signal);
    const probes: Probe[] = [];
    const tell = (probe: Probe): void => {
      probes.push(probe);
      probed(probe);
    };
    const examination = new Examination(this.#options, machine, wish, { signal, probed: tell });
    const { devices, untested } = await examination.run();
    return { type: "reachability", machine: machine.name, probes, devices: [...devices], untested: [...untested] };
  }
}

class Examination {
  readonly #options: ReachabilityOptions;
  readonly #machine: Machine;
  readonly #wish: CheckWish;
  readonly #context: CheckContext;

  constructor(options: ReachabilityOptions, machine: Machine, wish: CheckWish, context: CheckContext) {
    this.#options = options;
    this.#machine = machine;
    this.#wish = wish;
    this.#context = context;
  }

  async run(): Promise<{ readonly devices: readonly Judged[]; readonly untested: readonly string[] }> {
    const { portals } = this.#options;
    const { signal } = this.#context;
    const echo = await this.#echo();
    const { devices } =
      this.#wish.address === null
        ? await portals.needCurrent().client.devices(this.#machine.id, signal)
        : { devices: [this.#wish.address] };
    const found: Judged[] = [];
    for (const address of devices.slice(0, mostDevices)) found.push(await this.#device(address, echo));
    return { devices: found.length > 0 ? found : [this.#whole(echo)], untested: devices.slice(mostDevices) };
  }

  /** Whether the router answers; null where we are not connected to the machine. */
  async #echo(): Promise<boolean | null> {
    const { store, askEcho } = this.#options;
    const { from, routers } = echoTargets(store.model);
    const address = routers[this.#machine.id];
    if (from === null || address === undefined) return null;
    const { signal, probed } = this.#context;
    const answered = (await askEcho({ address, from, timeoutMs: echoMs, signal })) !== undefined;
    probed({ from: "laptop", address, by: "echo", port: null, outcome: answered ? "answers" : "silent" });
    return answered;
  }

  async #device(address: string, echo: boolean | null): Promise<Judged> {
    const ports = this.#wish.ports ?? usualPorts;
    const named = this.#wish.ports !== null;
    const facts = { online: this.#machine.online, connected: echo !== null, echo: echo === true, named, ports };
    try {
      const { client } = this.#options.portals.needCurrent();
      const answer = await client.check(this.#machine.id, { address, ports: [...ports] }, this.#context.signal);
      if (answer.router !== null) this.#tellRouter(answer.address, answer.router);
      const laptop =
        facts.connected && facts.online
          ? await this.#fromHere(answer.reachedAs, answer.granted)
          : { icmp: "untested" as const, ports: [] };
      const { granted, sourceNat, router } = answer;
      const judged = judgeReachability({ ...facts, granted: granted.ports, sourceNat, router, laptop });
      return this.#judged(judged, answer.address, answer.reachedAs, answer.network);
    } catch (error) {
      if (failureOf(error).cause !== "rightsMissing") throw error;
      const port = this.#wish.ports?.[0] ?? null;
      return this.#judged({ verdict: "rightsMissing", port }, address, null, null);
    }
  }

  #whole(echo: boolean | null): Judged {
    const nothing = { icmp: "untested", ports: [] } as const;
    const router = { ...nothing, arp: "untested" } as const;
    const facts = { online: this.#machine.online, connected: echo !== null, echo: echo === true, named: false, router };
    const { verdict, port } = judgeReachability({ ...facts, ports: [], granted: [], sourceNat: true, laptop: nothing });
    const isWay = verdict === "routerOffline" || verdict === "notConnected" || verdict === "routerSilent";
    return this.#judged({ verdict: isWay ? verdict : "noDevices", port }, null, null, null);
  }

  #tellRouter(address: string, { arp, icmp, ports }: RouterSight): void {
    const { probed } = this.#context;
    probed({ from: "router", address, by: "arp", port: null, outcome: arp });
    probed({ from: "router", address, by: "icmp", port: null, outcome: icmp });
    for (const { port, outcome } of ports) probed({ from: "router", address, by: "tcp", port, outcome });
  }

  async #fromHere(address: string, granted: { readonly icmp: boolean; readonly ports: readonly number[] }) {
    const { signal, probed } = this.#context;
    const from = this.#options.store.model.tunnel?.slice.address ?? "0.0.0.0";
    const tell = (by: "icmp" | "tcp", port: number | null, outcome: Outcome): Outcome => {
      probed({ from: "laptop", address, by, port, outcome });
      return outcome;
    };
    const [icmp, ports] = await Promise.all([
      granted.icmp ? ping(address, signal).then((outcome) => tell("icmp", null, outcome)) : ("untested" as const),
      Promise.all(
        granted.ports.map(async (port) => ({
          port,
          outcome: tell("tcp", port, await probePort(address, port, from, signal)),
        })),
      ),
    ]);
    return { icmp, ports };
  }

  #judged(judgement: Judgement, address: string | null, reachedAs: string | null, network: string | null): Judged {
    const { account, user } = this.#options.store.view.identity ?? { account: "", user: "" };
    const cure = cureOf(judgement, { account, user, machine: this.#machine.name, network, address });
    return { address, reachedAs, ...judgement, cure };
  }
}
