/**
 * The lab's world as data: which hosts there are, on which cables they hang, and where their packets go.
 * Everything else in this folder carries out what this file says.
 *
 *                      portal   stranger
 *                         │        │                      gateway1 ── router1 ── plc1, hmi1     192.168.0.0/24
 *   laptop ┐        ┌─────┴────────┴─────┐                    │
 *          ├ office ┤      internet      ├────────────────────┘
 *  laptop2 ┘   │    └──────────┬─────────┘
 *            proxy             └─ gateway2 ┬ router2 ── plc2, hmi2                              192.168.0.0/24
 *                                          └ router3 ── plc3, hmi3                              192.168.178.0/24
 */

/** A switch that hosts are plugged into. Not a host: it has no address and cannot be powered off. */
export type Segment =
  | "office-lan"
  | "office-dmz"
  | "office-near"
  | "office-far"
  | "portal-net"
  | "factory1-near"
  | "factory1-far"
  | "factory1-site"
  | "factory2-near"
  | "factory2-far"
  | "factory2-site"
  | "machine1"
  | "machine2"
  | "machine3";

export const hostNames = [
  "internet",
  "portal",
  "stranger",
  "office",
  "proxy",
  "laptop",
  "laptop2",
  "gateway1",
  "router1",
  "plc1",
  "hmi1",
  "gateway2",
  "router2",
  "plc2",
  "hmi2",
  "router3",
  "plc3",
  "hmi3",
] as const;

export type HostName = (typeof hostNames)[number];

export interface Port {
  readonly segment: Segment;
  /** Interface name on the host. */
  readonly device: string;
  /** Address with prefix length. */
  readonly address: string;
}

export interface HostPlan {
  readonly title: string;
  readonly ports: readonly Port[];
  readonly gateway?: string;
  readonly routes?: readonly string[];
  /** Addresses on the loopback interface. */
  readonly loopback?: readonly string[];
  readonly nameserver?: string;
  /** Forwards packets from the start, without a program of ours asking for it. */
  readonly forwards?: true;
}

/** Public names, answered by the internet's own DNS server. */
export const publicNames: Readonly<Record<string, string>> = {
  "portal.anslut.test": "203.0.113.10",
  "stranger.anslut.test": "203.0.113.66",
};

/** Names that only the office's DNS server knows. */
export const officeNames: Readonly<Record<string, string>> = {
  "proxy.office.test": "10.20.0.2",
  "gateway.office.test": "192.168.178.1",
  "pac.office.test": "192.168.178.1",
};

export const portalName = "portal.anslut.test";
export const portalAddress = "203.0.113.10";
export const resolverAddress = "192.0.2.53";
export const proxyName = "proxy.office.test";
export const pacUrl = "http://pac.office.test/proxy.pac";
export const officeNetwork = "192.168.178.0/24";

/** Private and shared ranges: the internet says at once that it has no way there. */
export const unroutableRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"] as const;

export const hosts: Readonly<Record<HostName, HostPlan>> = {
  internet: {
    title: "the router in the middle, and the public DNS server",
    ports: [
      { segment: "portal-net", device: "portal", address: "203.0.113.1/24" },
      { segment: "office-far", device: "office", address: "198.51.100.1/30" },
      { segment: "factory1-far", device: "fact1", address: "198.51.100.5/30" },
      { segment: "factory2-far", device: "fact2", address: "198.51.100.9/30" },
    ],
    loopback: [`${resolverAddress}/32`],
    routes: unroutableRanges.map((range) => `unreachable ${range}`),
    forwards: true,
  },
  portal: {
    title: "the portal, on a public address",
    ports: [{ segment: "portal-net", device: "wan0", address: "203.0.113.10/24" }],
    gateway: "203.0.113.1",
    nameserver: resolverAddress,
  },
  stranger: {
    title: "somebody else on the internet",
    ports: [{ segment: "portal-net", device: "wan0", address: "203.0.113.66/24" }],
    gateway: "203.0.113.1",
    nameserver: resolverAddress,
  },
  office: {
    title: "the office's gateway: NAT, the switchable firewall, DNS for the office",
    ports: [
      { segment: "office-lan", device: "lan0", address: "192.168.178.1/24" },
      { segment: "office-dmz", device: "dmz0", address: "10.20.0.1/24" },
      { segment: "office-near", device: "wan0", address: "198.51.100.2/30" },
    ],
    gateway: "198.51.100.1",
    nameserver: resolverAddress,
    forwards: true,
  },
  proxy: {
    title: "the office's proxies: squid open, Basic, Digest; tinyproxy",
    ports: [{ segment: "office-dmz", device: "lan0", address: "10.20.0.2/24" }],
    gateway: "10.20.0.1",
    nameserver: resolverAddress,
  },
  laptop: {
    title: "the technician's laptop (users tech and visitor)",
    ports: [{ segment: "office-lan", device: "eth0", address: "192.168.178.20/24" }],
    gateway: "192.168.178.1",
    nameserver: "192.168.178.1",
  },
  laptop2: {
    title: "a second laptop (user tech2, without a keyring)",
    ports: [{ segment: "office-lan", device: "eth0", address: "192.168.178.21/24" }],
    gateway: "192.168.178.1",
    nameserver: "192.168.178.1",
  },
  gateway1: {
    title: "factory 1's gateway: NAT",
    ports: [
      { segment: "factory1-near", device: "wan0", address: "198.51.100.6/30" },
      { segment: "factory1-site", device: "lan0", address: "10.1.0.1/24" },
    ],
    gateway: "198.51.100.5",
    forwards: true,
  },
  router1: {
    title: "machine 1's router",
    ports: [
      { segment: "factory1-site", device: "wan0", address: "10.1.0.2/24" },
      { segment: "machine1", device: "lan0", address: "192.168.0.1/24" },
    ],
    gateway: "10.1.0.1",
    nameserver: resolverAddress,
  },
  plc1: {
    title: "machine 1's PLC: Modbus TCP on 502",
    ports: [{ segment: "machine1", device: "eth0", address: "192.168.0.10/24" }],
    gateway: "192.168.0.1",
  },
  hmi1: {
    title: "machine 1's HMI: HTTP on 80",
    ports: [{ segment: "machine1", device: "eth0", address: "192.168.0.20/24" }],
    gateway: "192.168.0.1",
  },
  gateway2: {
    title: "factory 2's gateway: NAT",
    ports: [
      { segment: "factory2-near", device: "wan0", address: "198.51.100.10/30" },
      { segment: "factory2-site", device: "lan0", address: "10.2.0.1/24" },
    ],
    gateway: "198.51.100.9",
    forwards: true,
  },
  router2: {
    title: "machine 2's router; its LAN has the same numbers as machine 1's",
    ports: [
      { segment: "factory2-site", device: "wan0", address: "10.2.0.2/24" },
      { segment: "machine2", device: "lan0", address: "192.168.0.1/24" },
    ],
    gateway: "10.2.0.1",
    nameserver: resolverAddress,
  },
  plc2: {
    title: "machine 2's PLC, which has no default gateway",
    ports: [{ segment: "machine2", device: "eth0", address: "192.168.0.10/24" }],
  },
  hmi2: {
    title: "machine 2's HMI",
    ports: [{ segment: "machine2", device: "eth0", address: "192.168.0.20/24" }],
    gateway: "192.168.0.1",
  },
  router3: {
    title: "machine 3's router; its LAN has the same numbers as the office",
    ports: [
      { segment: "factory2-site", device: "wan0", address: "10.2.0.3/24" },
      { segment: "machine3", device: "lan0", address: "192.168.178.1/24" },
    ],
    gateway: "10.2.0.1",
    nameserver: resolverAddress,
  },
  plc3: {
    title: "machine 3's PLC",
    ports: [{ segment: "machine3", device: "eth0", address: "192.168.178.10/24" }],
    gateway: "192.168.178.1",
  },
  hmi3: {
    title: "machine 3's HMI",
    ports: [{ segment: "machine3", device: "eth0", address: "192.168.178.20/24" }],
    gateway: "192.168.178.1",
  },
};

/** A line between a site and the internet: a relay that can delay, throttle and cut joins its two segments. */
export const lineEnds = {
  office: ["office-near", "office-far"],
  factory1: ["factory1-near", "factory1-far"],
  factory2: ["factory2-near", "factory2-far"],
} as const satisfies Readonly<Record<string, readonly [Segment, Segment]>>;

export type LineName = keyof typeof lineEnds;
export const lineNames: readonly LineName[] = ["office", "factory1", "factory2"];

/** Machines, by number: what stands on their LAN. */
export const machines = [
  { number: 1, router: "router1", plc: "plc1", hmi: "hmi1", network: "192.168.0.0/24", sourceNat: false },
  { number: 2, router: "router2", plc: "plc2", hmi: "hmi2", network: "192.168.0.0/24", sourceNat: true },
  { number: 3, router: "router3", plc: "plc3", hmi: "hmi3", network: "192.168.178.0/24", sourceNat: false },
] as const satisfies readonly {
  readonly number: number;
  readonly router: HostName;
  readonly plc: HostName;
  readonly hmi: HostName;
  readonly network: string;
  /** Whether its router has to speak for the laptop, because the PLC knows no way back. */
  readonly sourceNat: boolean;
}[];

/** The address of a host's first port, without its prefix length. */
export function addressOf(host: HostName, device?: string): string {
  const ports = hosts[host].ports;
  const port = device === undefined ? ports[0] : ports.find((each) => each.device === device);
  if (port === undefined) throw new Error(`${host} has no port ${device ?? ""}`);
  return port.address.slice(0, port.address.indexOf("/"));
}

export function isHostName(name: string): name is HostName {
  return (hostNames as readonly string[]).includes(name);
}
