import { readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { covers, type Network, networkOf } from "../app/core/networks.ts";
import { tunnelPrefix } from "./interface-name.ts";

/** A network that this router stands in. */
export interface StandingNetwork {
  readonly device: string;
  readonly network: Network;
}

/** Networks of all interfaces that are up; loopback and tunnels are not among them. */
export function standingNetworks(): readonly StandingNetwork[] {
  return Object.entries(networkInterfaces()).flatMap(([device, addresses]) =>
    device.startsWith(tunnelPrefix)
      ? []
      : (addresses ?? []).flatMap((address) => {
          const network = address.cidr === null ? undefined : networkOf(address.cidr);
          return network === undefined || address.internal ? [] : [{ device, network }];
        }),
  );
}

/** The interface of the default route with the least metric; null where there is none (proc(5), /proc/net/route). */
export async function defaultRouteDevice(): Promise<string | null> {
  return parseDefaultRoute(await readFile("/proc/net/route", "utf8"));
}

export function parseDefaultRoute(table: string): string | null {
  const defaults = table
    .split("\n")
    .slice(1)
    .map((line) => line.split(/\s+/))
    .filter((fields) => fields[1] === "00000000" && fields[7] === "00000000")
    .sort((a, b) => Number(a[6]) - Number(b[6]));
  return defaults[0]?.[0] ?? null;
}

/** Whether `network` lies in one that `device` stands in; else devices in it are not our neighbours. */
export function isBehind(network: Network, device: string, standing: readonly StandingNetwork[]): boolean {
  return standing.some((each) => each.device === device && covers(each.network, network));
}
