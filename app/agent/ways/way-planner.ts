import { frontPorts } from "../../../contract/constants.ts";
import type { RelayReport, Way } from "../../../contract/relay.ts";
import { planWays, wayKey } from "../../core/ways.ts";
import type { Clock } from "../../dial/clock.ts";
import type { KeptFile } from "../files/kept-file.ts";
import type { NetworkMemory, Purpose } from "./network-memory.ts";
import { recallWay, rememberWay } from "./network-memory.ts";
import type { Proxies } from "./proxies.ts";

export interface WayPlannerOptions {
  readonly proxies: Proxies;
  readonly memory: KeptFile<NetworkMemory>;
  /** Names the network this computer stands in; null when unknown. */
  readonly network: () => string | null;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
}

export interface PortalAddress {
  readonly host: string;
  readonly port: number;
}

/** Plans races to a portal and remembers, per network, who won them. */
export class WayPlanner {
  readonly #options: WayPlannerOptions;

  constructor(options: WayPlannerOptions) {
    this.#options = options;
  }

  /** Ways for HTTPS: `front` hands a TLS ClientHello on any of its ports to `web`, so sign-in finds its way as the tunnel does. */
  async https(portal: PortalAddress): Promise<Way[]> {
    const ports = [...new Set([portal.port, ...frontPorts])];
    return await this.#plan(
      portal,
      ports.map((port) => ({ host: portal.host, port })),
      "https",
    );
  }

  async tunnel(portal: PortalAddress, endpoints: readonly PortalAddress[]): Promise<Way[]> {
    return await this.#plan(portal, endpoints, "tunnel");
  }

  /** Learns from a race of the agent's own HTTPS. */
  listen(portal: PortalAddress, ways: readonly Way[], report: RelayReport): void {
    this.#options.proxies.listen(ways, report);
    const way = report.type === "won" ? ways[report.way] : undefined;
    if (way) this.won(portal, way, "https");
  }

  won(portal: PortalAddress, way: Way, purpose: Purpose): void {
    const network = this.#options.network();
    if (network === null) return;
    const at = new Date(this.#options.clock.nowMs()).toISOString();
    const entry = { network, portal: nameOf(portal), purpose, way: wayKey(way), at };
    rememberWay(this.#options.memory, entry).catch(this.#options.onFault);
  }

  async #plan(portal: PortalAddress, endpoints: readonly PortalAddress[], purpose: Purpose): Promise<Way[]> {
    const { proxies, memory, network } = this.#options;
    const { routes } = await proxies.routes(portal.host, portal.port);
    const here = network();
    const remembered = here === null ? null : recallWay(memory.value, here, nameOf(portal), purpose);
    return planWays({ endpoints, routes, wrapName: purpose === "tunnel" ? portal.host : null, remembered });
  }
}

function nameOf(portal: PortalAddress): string {
  return `${portal.host}:${portal.port}`;
}
