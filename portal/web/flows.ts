import { echoPort } from "../../contract/constants.ts";
import type { Flow } from "../../contract/exchange.ts";
import type { MachineNetwork } from "../../contract/portal.ts";
import { contains, networkOf, translate } from "./store/addresses.ts";
import type { Grant } from "./store/grants.ts";
import type { MachineNetwork as NetworkRow } from "./store/networks.ts";

/** What a grant says, as far as rights go. */
export type Right = Pick<Grant, "network_id" | "destination" | "protocol" | "first_port" | "last_port" | "until">;

type Only = NonNullable<MachineNetwork["only"]>[number];

const protocols = ["tcp", "udp", "icmp"] as const;

/** Whether a grant counts at that time. */
export function isActive(right: Pick<Right, "until">, nowMs: number): boolean {
  return right.until === null || right.until > nowMs;
}

/** What the rights open of a machine's networks: networks without a right are left out. Destinations are as the machine knows them. */
export function reachableNetworks(
  networks: readonly NetworkRow[],
  rights: readonly Right[],
  nowMs: number,
): readonly MachineNetwork[] {
  const active = rights.filter((right) => isActive(right, nowMs));
  return networks.flatMap((row) => {
    const here = active.filter(({ network_id }) => network_id === null || network_id === row.id);
    if (here.length === 0) return [];
    const whole = here.some(({ destination, protocol }) => destination === null && protocol === null);
    const only = whole ? null : here.flatMap((right) => onlyOf(right, row.network));
    if (only?.length === 0) return [];
    return [{ network: row.network, standIn: row.stand_in, only }];
  });
}

/** One tunnel's open connection to one machine. */
export interface OpenConnection {
  readonly tunnel: string;
  /** The router's address in the primary slice. */
  readonly router: string;
  /** What is reachable, cut down to the networks that were asked for. */
  readonly networks: readonly MachineNetwork[];
}

/** The flows that exchange opens for the connections of an account, addressed as they appear in the tunnel. Each once. */
export function flowsOf(connections: readonly OpenConnection[]): Flow[] {
  const flows = connections.flatMap(({ tunnel, router, networks }) => [
    // The router's echo tells the technician that the machine is there.
    { tunnel, destination: `${router}/32`, protocol: "udp" as const, ports: [echoPort, echoPort] as [number, number] },
    ...networks.flatMap((network) => flowsInto(tunnel, network)),
  ]);
  return [...new Map(flows.map((flow) => [JSON.stringify(flow), flow])).values()];
}

function flowsInto(tunnel: string, { network, standIn, only }: MachineNetwork): Flow[] {
  if (only === null) return [{ tunnel, destination: standIn ?? network, protocol: "any", ports: null }];
  return only.map(({ destination, protocol, ports }) => ({
    tunnel,
    destination: standIn === null ? destination : translate(destination, network, standIn),
    protocol,
    ports,
  }));
}

function onlyOf({ destination, protocol, first_port, last_port }: Right, network: string): Only[] {
  const place = destination ?? network;
  // The machine's network may have been changed under an old grant.
  if (!contains(networkOf(network), networkOf(place))) return [];
  const ports: [number, number] | null = first_port === null || last_port === null ? null : [first_port, last_port];
  const wanted = protocol === null ? protocols : [protocol];
  return wanted.map((one) => ({ destination: place, protocol: one, ports: one === "icmp" ? null : ports }));
}
