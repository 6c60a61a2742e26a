import { readFile } from "node:fs/promises";
import { formatNetwork } from "../app/core/networks.ts";
import type { WarningKey } from "./catalogue.ts";
import type { ServedLan } from "./firewall/plan.ts";
import { isBehind, type StandingNetwork } from "./interfaces.ts";

/** What keeps technicians from a LAN although the tunnel stands, or may. */
export interface Warning {
  readonly warning: WarningKey;
  readonly values: Readonly<Record<string, string>>;
}

/** LANs that the portal names and that are not behind the LAN interface: a typing error, or a cable in the wrong socket. */
export function lanWarnings(
  lans: readonly ServedLan[],
  lan: string,
  standing: readonly StandingNetwork[],
): readonly Warning[] {
  return lans
    .filter(({ network }) => !isBehind(network, lan, standing))
    .map(({ network }) => ({ warning: "lanElsewhere", values: { network: formatNetwork(network), device: lan } }));
}

/** Where a number of the kernel's is read; tests give others. */
export type ReadSysctl = (path: string) => Promise<string>;

const readSysctl: ReadSysctl = (path) => readFile(path, "utf8");

/**
 * Interfaces that the kernel forwards nothing from. It judges by the one a packet comes in on (`IN_DEV_FORWARD`;
 * `ip_forward` sets all of them at once), and the numbers belong to root: CAP_NET_ADMIN does not make them writable.
 */
export async function forwardingWarnings(
  devices: readonly string[],
  read: ReadSysctl = readSysctl,
): Promise<readonly Warning[]> {
  const off: string[] = [];
  for (const device of devices) {
    const value = await read(`/proc/sys/net/ipv4/conf/${device}/forwarding`).catch(() => "0");
    if (value.trim() !== "1") off.push(device);
  }
  return off.length === 0 ? [] : [{ warning: "forwardingOff", values: { devices: off.join(", ") } }];
}
