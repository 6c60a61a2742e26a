import type { Verdict } from "../../contract/agent.ts";
import type { Outcome, PortSight } from "../../contract/portal.ts";
import { shellWord } from "./shell-word.ts";

/** What was found of one device from both sides. */
export interface ReachabilityFacts {
  /** Whether the portal calls the router online. */
  readonly online: boolean;
  /** Whether the laptop is connected to the machine, so that its tries go there at all. */
  readonly connected: boolean;
  /** Whether the router answers the laptop's echo. */
  readonly echo: boolean;
  /** Whether the person named the ports; else they are the usual ones, of which no device has all. */
  readonly named: boolean;
  readonly ports: readonly number[];
  readonly granted: readonly number[];
  readonly sourceNat: boolean;
  /** Null: the router said nothing. */
  readonly router: { readonly arp: Outcome; readonly icmp: Outcome; readonly ports: readonly PortSight[] } | null;
  readonly laptop: { readonly icmp: Outcome; readonly ports: readonly PortSight[] };
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly port: number | null;
}

/** What it comes to: the first thing on the way from the laptop to the device that does not work. */
export function judgeReachability(facts: ReachabilityFacts): Judgement {
  const { online, connected, echo, named, ports, granted, router } = facts;
  if (!online) return about("routerOffline");
  if (!connected) return about("notConnected");
  if (!echo) return about("routerSilent");
  const missing = ports.find((port) => !granted.includes(port));
  if (granted.length === 0 && missing !== undefined) return about("rightsMissing", named ? missing : null);
  if (router === null) return about("unknown");
  if (router.arp !== "answers" && router.arp !== "untested") return about("deviceAbsent");
  const judged = judgePorts(facts, router.ports);
  return judged.verdict === "good" && named && missing !== undefined ? about("rightsMissing", missing) : judged;
}

function judgePorts({ named, sourceNat, laptop, router }: ReachabilityFacts, seen: readonly PortSight[]): Judgement {
  const open = seen.filter(({ outcome }) => outcome === "answers").map(({ port }) => port);
  if (named) {
    const shut = seen.find(({ outcome }) => outcome === "refused");
    if (shut !== undefined) return about("portClosed", shut.port);
    const mute = seen.find(({ outcome }) => outcome !== "answers");
    if (mute !== undefined) return about("deviceFirewall", mute.port);
  }
  const reached = open.filter((port) => laptop.ports.some((own) => own.port === port && own.outcome === "answers"));
  const first = open.find((port) => !reached.includes(port)) ?? null;
  if (open.length === 0) {
    const isHeard = laptop.icmp === "answers" || laptop.ports.some(({ outcome }) => outcome === "refused");
    if (isHeard) return about("noService");
    const isMute = seen.every(({ outcome }) => outcome !== "refused") && router?.icmp !== "answers";
    if (isMute) return about("deviceFirewall");
    return about(sourceNat ? "deviceFilters" : "noGateway");
  }
  if (first === null) return about("good");
  // A device without a gateway hears the laptop and cannot answer, on any port; one that answers on some filters the others.
  const isDeaf =
    reached.length === 0 && laptop.icmp !== "answers" && laptop.ports.every(({ outcome }) => outcome !== "refused");
  if (isDeaf && !sourceNat) return about("noGateway");
  return about("deviceFilters", first);
}

/** Who and what a cure is about. */
export interface Case {
  readonly account: string;
  readonly user: string;
  readonly machine: string;
  readonly network: string | null;
  readonly address: string | null;
}

/** The command that cures it, as the technician or the portal's administrator types it; null where no command does. */
export function cureOf({ verdict, port }: Judgement, about: Case): string | null {
  const [account, user, machine] = [about.account, about.user, about.machine].map(shellWord);
  switch (verdict) {
    case "notConnected":
      return `anslut connect ${machine}`;
    case "noDevices":
      return `anslut check ${machine} --address 192.168.0.10`;
    case "noGateway":
      return `anslut-portal machine network source-nat ${account} ${machine} ${about.network} on`;
    case "rightsMissing": {
      const ports = port === null ? "" : ` --protocol tcp --ports ${port}`;
      return `anslut-portal grant add ${account} ${user} ${machine} --destination ${about.address}${ports}`;
    }
    default:
      return null;
  }
}

function about(verdict: Verdict, port: number | null = null): Judgement {
  return { verdict, port };
}
