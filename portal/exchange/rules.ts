import { echoPort } from "../../contract/constants.ts";
import type { Slice } from "./addresses.ts";
import { portalLinkAddress } from "./addresses.ts";
import type { Openings } from "./flows.ts";

/**
 * The firewall of an account's namespace, as text for `nft -f -` (1.0.6: a rule before a closing brace needs a newline).
 *
 * - guard: a technician's TAP carries only the MAC and addresses that were given to him, in ARP as in IP (OPENVPN-FACTS, 5).
 * - each tunnel has two chains with its rights, one a direction. They are rewritten whole when rights change: taking elements out of
 *   a set with intervals is quadratic in the kernel (1,000 of 2,000 took 9 s), a new set of 10,000 takes 80 ms.
 * - rights are looked up for **every** packet in both directions, not only for the first of a flow: taking one away cuts what is
 *   established in the same transaction, and nothing else. A cut TCP connection is reset on both sides, so that neither the
 *   technician's program nor the PLC (which has few connections) waits; a refused new one is answered `admin-prohibited`, so
 *   that it never looks like a dead PLC.
 * - technicians reach routers and what lies behind them, never each other; routers answer, they open nothing.
 * - the second slice exists towards technicians only: routers know the primary one.
 */
export const serverPorts = { first: 10_000, last: 59_999 } as const;

/** Of one technician or router. exchange answers them all with one thread, so that nobody may keep it busy. */
const echoesPerSecond = 100;

export function baseRules([primary, second]: readonly [Slice, Slice]): string {
  const gateways = [primary.gateway, second.gateway, primary.routerGateway].join(", ");
  return `
table inet anslut {
  set guard { typeof iifname . ether saddr . ip saddr; }
  set dhcp { typeof iifname . ether saddr; }
  set tuns { typeof iifname . ip saddr; }
  set echoes { type ifname . ipv4_addr; size 65535; flags dynamic,timeout; timeout 1m; }
  map toMachinesOf { type ifname : verdict; }
  map toTechniciansOf { type ifname : verdict; }

  chain guard {
    type filter hook prerouting priority raw; policy drop;
    meta nfproto ipv6 drop
    iifname { "lo", "front" } accept
    iifname "tunr" ip saddr { ${primary.technicians}, ${second.network} } counter drop
    iifname "tunr" accept
    iifname "tap*" ip saddr 0.0.0.0 udp sport 68 udp dport 67 iifname . ether saddr @dhcp accept
    iifname . ether saddr . ip saddr @guard accept
    iifname . ip saddr @tuns accept
    counter drop
  }
  chain second {
    type nat hook prerouting priority dstnat; policy accept;
    iifname != "tunr" dnat ip prefix to ip daddr map { ${second.routers} : ${primary.routers} }
  }
  chain primary {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "tunr" snat ip prefix to ip saddr map { ${second.technicians} : ${primary.technicians} }
  }
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    iifname "front" ip saddr ${portalLinkAddress} tcp dport ${serverPorts.first}-${serverPorts.last} accept
    iifname "front" drop
    ip daddr { ${gateways} } udp dport ${echoPort} jump echo
    ip daddr { ${gateways} } icmp type echo-request accept
    iifname "tap*" udp sport 68 udp dport 67 accept
    counter drop
  }
  chain echo {
    update @echoes { iifname . ip saddr limit rate over ${echoesPerSecond}/second burst ${echoesPerSecond} packets } counter drop
    accept
  }
  chain output {
    type filter hook output priority filter; policy drop;
    oifname "lo" accept
    ct state established,related accept
    oifname "tap*" udp sport 67 udp dport 68 accept
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state invalid drop
    iifname "tunr" oifname { "tunr", "front" } counter drop
    iifname "tunr" goto toTechnicians
    oifname "tunr" goto toMachines
    counter drop
  }
  chain toMachines {
    iifname "front" drop
    iifname vmap @toMachinesOf
    ct state related accept
    ct state established meta l4proto tcp counter reject with tcp reset
    counter reject with icmp type admin-prohibited
  }
  chain toTechnicians {
    ct state new counter drop
    ct state related accept
    oifname vmap @toTechniciansOf
    meta l4proto tcp counter reject with tcp reset
    counter drop
  }
}
table arp anslut {
  set guard { typeof iifname . arp saddr ether . arp saddr ip; }
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "front" accept
    iifname . arp saddr ether . arp saddr ip @guard accept
    counter drop
  }
}
`;
}

/** A technician's tunnel as the firewall sees it. */
export interface GuardedTunnel {
  readonly device: string;
  /** null for a TUN, which has no layer 2. */
  readonly mac: string | null;
  readonly addresses: readonly [string, string];
}

/** Lets a tunnel in: its guard, and chains for rights to come. */
export function tunnelIn(tunnel: GuardedTunnel): string {
  const { device } = tunnel;
  return [
    ...guards(tunnel).map(([set, element]) => `add element ${set} { ${element} }`),
    `add chain inet anslut ${device}_out`,
    `add chain inet anslut ${device}_in`,
    `add element inet anslut toMachinesOf { "${device}" : jump ${device}_out }`,
    `add element inet anslut toTechniciansOf { "${device}" : jump ${device}_in }`,
    "",
  ].join("\n");
}

/** Takes it out again, rights and all. */
export function tunnelOut(tunnel: GuardedTunnel): string {
  const { device } = tunnel;
  return [
    `delete element inet anslut toMachinesOf { "${device}" }`,
    `delete element inet anslut toTechniciansOf { "${device}" }`,
    ...[`${device}_out`, `${device}_in`].flatMap((chain) => [
      `flush chain inet anslut ${chain}`,
      `delete chain inet anslut ${chain}`,
    ]),
    ...guards(tunnel).map(([set, element]) => `delete element ${set} { ${element} }`),
    "",
  ].join("\n");
}

/** A tunnel's rights from now on, instead of those it had. */
export function tunnelRights({ device }: GuardedTunnel, { any, icmp, ported }: Openings): string {
  const rights = (chain: string, where: "daddr" | "saddr", port: "dport" | "sport") => {
    const rule = (match: string, elements: readonly string[]) =>
      elements.length === 0 ? [] : [`add rule inet anslut ${chain} ${match} { ${elements.join(", ")} } accept`];
    return [
      `flush chain inet anslut ${chain}`,
      ...rule(`ip ${where} . meta l4proto . th ${port}`, ported),
      ...rule(`ip ${where}`, any),
      ...rule(`meta l4proto icmp ip ${where}`, icmp),
    ];
  };
  return [...rights(`${device}_out`, "daddr", "dport"), ...rights(`${device}_in`, "saddr", "sport"), ""].join("\n");
}

function guards({ device, mac, addresses }: GuardedTunnel): readonly (readonly [set: string, element: string])[] {
  if (mac === null) return addresses.map((address) => ["inet anslut tuns", `"${device}" . ${address}`]);
  return [
    ["inet anslut dhcp", `"${device}" . ${mac}`],
    ...["inet", "arp"].flatMap((family) =>
      addresses.map((address) => [`${family} anslut guard`, `"${device}" . ${mac} . ${address}`] as const),
    ),
  ];
}
