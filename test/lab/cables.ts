import { type HostName, hostNames, hosts, lineEnds, lineNames, type Segment } from "./topology.ts";

/** The end of a host's cable that is in the switch; in the lab's own namespace. */
export function plugOf(host: HostName, device: string): string {
  return `${host}.${device}`;
}

/** The two devices of a line's relay. */
export function lineDevices(line: keyof typeof lineEnds): readonly [string, string] {
  return [`${line}.a`, `${line}.b`];
}

/** `ip -batch` lines for all switches. */
export function switchBatch(): string {
  const segments = new Set<Segment>(hostNames.flatMap((host) => hosts[host].ports.map((port) => port.segment)));
  const lines = [...segments].flatMap((segment) => [
    // No multicast snooping: the switch itself is to send nothing.
    `link add ${segment} type bridge mcast_snooping 0`,
    `link set ${segment} up`,
  ]);
  return `${lines.join("\n")}\n`;
}

/** The two ends of the cable that carries a line's packets while its relay has nothing to do with them. */
function directEnds(line: keyof typeof lineEnds): readonly [string, string] {
  return [`${line}.c`, `${line}.d`];
}

/** `ip -batch` lines that plug the lines' relays in, once they run, and lay the cables beside them. */
export function lineBatch(): string {
  const lines = lineNames.flatMap((line) => {
    const [near, far] = directEnds(line);
    return [
      `link add ${near} type veth peer name ${far}`,
      ...[near, far].map((device, end) => `link set ${device} master ${lineEnds[line][end]}`),
      ...lineDevices(line).map((device, end) => `link set ${device} txqueuelen 10000 master ${lineEnds[line][end]} up`),
    ];
  });
  return `${lines.join("\n")}\n`;
}

/** `ip -batch` lines that send a line's packets through its relay, or past it; never both, which would be a loop. */
export function lineWayBatch(line: keyof typeof lineEnds, way: "relay" | "cable"): string {
  const [off, on] = way === "cable" ? [lineDevices(line), directEnds(line)] : [directEnds(line), lineDevices(line)];
  return `${[...off.map((device) => `link set ${device} down`), ...on.map((device) => `link set ${device} up`)].join("\n")}\n`;
}

/** `ip -batch` lines that lay a host's cables from the switches. */
export function cableBatch(host: HostName, holderPid: number): string {
  const lines = hosts[host].ports.flatMap((port) => {
    const plug = plugOf(host, port.device);
    return [
      `link add ${plug} type veth peer name ${port.device} address ${macOf(host, port.device)} netns ${holderPid}`,
      `link set ${plug} master ${port.segment} up`,
    ];
  });
  return `${lines.join("\n")}\n`;
}

/** `ip -batch` lines that take a host's cables away. */
export function unplugBatch(host: HostName): string {
  return hosts[host].ports.map((port) => `link del ${plugOf(host, port.device)}\n`).join("");
}

/** `ip -batch` lines for the host's own side. */
export function addressBatch(host: HostName): string {
  const plan = hosts[host];
  const lines = [
    "link set lo up",
    ...(plan.loopback ?? []).map((address) => `addr add ${address} dev lo`),
    ...plan.ports.flatMap((port) => [
      `addr add ${port.address} dev ${port.device}`,
      `link set ${port.device} up`,
      ...lineNeighbours(host, port.segment).map(
        ([address, mac]) => `neigh replace ${address} lladdr ${mac} dev ${port.device} nud permanent`,
      ),
    ]),
    ...(plan.gateway === undefined ? [] : [`route add default via ${plan.gateway}`]),
    ...(plan.routes ?? []).map((route) => `route add ${route}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** Who is at the other end of a line. Known beforehand, because ARP over a long line is nothing that real ones have. */
function lineNeighbours(host: HostName, segment: Segment): readonly (readonly [string, string])[] {
  const ends = lineNames.map((line): readonly Segment[] => lineEnds[line]).find((each) => each.includes(segment));
  if (ends === undefined) return [];
  return hostNames.flatMap((other) =>
    other === host
      ? []
      : hosts[other].ports
          .filter((port) => ends.includes(port.segment))
          .map((port) => [port.address.slice(0, port.address.indexOf("/")), macOf(other, port.device)] as const),
  );
}

/** A host's MAC addresses never change, also not by a power cut. */
function macOf(host: HostName, device: string): string {
  const port = hosts[host].ports.findIndex((each) => each.device === device);
  const hex = (n: number): string => n.toString(16).padStart(2, "0");
  return `02:00:00:00:${hex(hostNames.indexOf(host))}:${hex(port)}`;
}
