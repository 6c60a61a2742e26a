import type { MachineNetwork } from "../../../../contract/portal.ts";
import { asReached } from "./addresses.ts";

/** What one may reach in a network, grouped by device, before it is put into words. */
export type Rights =
  | { readonly kind: "whole" }
  | { readonly kind: "nothing" }
  | { readonly kind: "some"; readonly devices: readonly DeviceRights[] };

export interface DeviceRights {
  /** `192.168.0.10`, or a network where the grant names one. */
  readonly destination: string;
  /** The same in the tunnel, where a stand-in makes it another. */
  readonly reachedAs: string;
  readonly allowed: readonly Allowed[];
}

export type Allowed =
  | { readonly kind: "ping" }
  | { readonly kind: "every"; readonly protocol: "tcp" | "udp" }
  | {
      readonly kind: "ports";
      readonly protocol: "tcp" | "udp";
      readonly first: number;
      readonly last: number;
      readonly service: string | null;
    };

/** What listens behind the usual ports, as technicians call it. The names are the same in every language. */
const services: ReadonlyMap<number, string> = new Map([
  [22, "SSH"],
  [80, "HTTP"],
  [102, "S7"],
  [443, "HTTPS"],
  [502, "Modbus"],
  [4840, "OPC UA"],
  [5900, "VNC"],
  [44_818, "EtherNet/IP"],
]);

export function serviceOf(port: number): string | null {
  return services.get(port) ?? null;
}

export function rightsOf(network: MachineNetwork): Rights {
  const { only } = network;
  if (only === null) return { kind: "whole" };
  if (only.length === 0) return { kind: "nothing" };
  const devices = new Map<string, Allowed[]>();
  for (const { destination, protocol, ports } of only) {
    const allowed = devices.get(destination) ?? [];
    allowed.push(allowedOf(protocol, ports));
    devices.set(destination, allowed);
  }
  return {
    kind: "some",
    devices: [...devices].map(([destination, allowed]) => ({
      destination: bare(destination),
      reachedAs: reached(network, destination),
      allowed,
    })),
  };
}

function allowedOf(protocol: "tcp" | "udp" | "icmp", ports: readonly [number, number] | null): Allowed {
  if (protocol === "icmp") return { kind: "ping" };
  if (ports === null) return { kind: "every", protocol };
  const [first, last] = ports;
  return {
    kind: "ports",
    protocol,
    first,
    last,
    service: first === last && protocol === "tcp" ? serviceOf(first) : null,
  };
}

function reached(network: MachineNetwork, destination: string): string {
  const [address = "", prefix] = destination.split("/");
  const moved = asReached([network], address) ?? address;
  return bare(`${moved}/${prefix}`);
}

function bare(destination: string): string {
  return destination.replace(/\/32$/, "");
}
