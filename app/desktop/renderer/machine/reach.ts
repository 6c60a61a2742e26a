import type { Judged, Probe } from "../../../../contract/agent.ts";
import type { MachineNetwork, Outcome } from "../../../../contract/portal.ts";
import { asKnown } from "./addresses.ts";
import { serviceOf } from "./rights.ts";

/** A reachability test as it is drawn: what was seen of each device from both sides. */
export interface DeviceSight {
  /** As the machine knows it. */
  readonly address: string;
  readonly reachedAs: string | null;
  readonly arp: Outcome | null;
  readonly routerPing: Outcome | null;
  readonly laptopPing: Outcome | null;
  readonly ports: readonly PortSights[];
  readonly judged: Judged | null;
}

export interface PortSights {
  readonly port: number;
  readonly service: string | null;
  /** Null: not seen (yet). */
  readonly router: Outcome | null;
  readonly laptop: Outcome | null;
}

/** Probes of a test, sorted by device; addresses of the tunnel are taken back to the machine's own. */
export function devicesOf(
  probes: readonly Probe[],
  judged: readonly Judged[],
  networks: readonly MachineNetwork[],
): readonly DeviceSight[] {
  const byDevice = new Map<string, Probe[]>();
  for (const device of judged) if (device.address !== null) byDevice.set(device.address, []);
  for (const probe of probes) {
    if (probe.by === "echo") continue;
    const address = probe.from === "laptop" ? knownAs(probe.address, judged, networks) : probe.address;
    byDevice.set(address, [...(byDevice.get(address) ?? []), probe]);
  }
  return [...byDevice].map(([address, own]) =>
    deviceOf(address, own, judged.find((device) => device.address === address) ?? null),
  );
}

function knownAs(reached: string, judged: readonly Judged[], networks: readonly MachineNetwork[]): string {
  const device = judged.find(({ reachedAs, address }) => reachedAs === reached && address !== null);
  return device?.address ?? asKnown(networks, reached) ?? reached;
}

function deviceOf(address: string, probes: readonly Probe[], judged: Judged | null): DeviceSight {
  const outcome = (from: Probe["from"], by: Probe["by"], port: number | null = null): Outcome | null =>
    probes.findLast((probe) => probe.from === from && probe.by === by && probe.port === port)?.outcome ?? null;
  const ports = [...new Set(probes.flatMap(({ port }) => (port === null ? [] : [port])))];
  const laptop = probes.find(({ from }) => from === "laptop")?.address ?? null;
  return {
    address,
    reachedAs: judged?.reachedAs ?? laptop,
    arp: outcome("router", "arp"),
    routerPing: outcome("router", "icmp"),
    laptopPing: outcome("laptop", "icmp"),
    ports: ports.map((port) => ({
      port,
      service: serviceOf(port),
      router: outcome("router", "tcp", port),
      laptop: outcome("laptop", "tcp", port),
    })),
    judged,
  };
}

export type Link = "works" | "broken" | "unknown";

/** The chain laptop – portal – router – device, link by link, and the whole way from the laptop to the device. */
export interface Chain {
  readonly portal: Link;
  readonly router: Link;
  readonly device: Link;
  readonly whole: Link;
}

export interface ChainFacts {
  /** Whether the tunnel to the portal stands. */
  readonly tunnel: boolean;
  readonly online: boolean;
  /** What the router's echo came to; null: not asked (yet). */
  readonly echo: Outcome | null;
}

export function chainOf({ tunnel, online, echo }: ChainFacts, device: DeviceSight | null): Chain {
  return {
    portal: tunnel ? "works" : "unknown",
    router: online ? (echo === null ? "unknown" : linkOf(echo)) : "broken",
    device: deviceLink(device),
    whole: wholeLink(device),
  };
}

export function echoOf(probes: readonly Probe[]): Outcome | null {
  return probes.findLast(({ by }) => by === "echo")?.outcome ?? null;
}

function deviceLink(device: DeviceSight | null): Link {
  const seen = [device?.arp, device?.routerPing, ...(device?.ports.map(({ router }) => router) ?? [])];
  return worstless(seen.map((outcome) => outcome ?? null));
}

function wholeLink(device: DeviceSight | null): Link {
  return worstless([device?.laptopPing ?? null, ...(device?.ports.map(({ laptop }) => laptop) ?? [])]);
}

// One answer is enough to know that the way is there; a refusal is an answer, too.
function worstless(seen: readonly (Outcome | null)[]): Link {
  if (seen.some((outcome) => outcome === "answers" || outcome === "refused")) return "works";
  return seen.some((outcome) => outcome === "silent" || outcome === "unreachable") ? "broken" : "unknown";
}

function linkOf(outcome: Outcome): Link {
  return worstless([outcome]);
}
