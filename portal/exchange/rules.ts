import { echoPort } from "../../contract/constants.ts";
import type { Slice } from "./addresses.ts";
import { portalLinkAddress } from "./addresses.ts";

/**
 * The firewall of an account's namespace, as text for `nft -f -` (1.0.6: a rule before a closing brace needs a newline).
 *
 * - guard: a technician's TAP carries only the MAC and addresses that were given to him, in ARP as in IP (OPENVPN-FACTS, 5).
 * - rights are looked up for **every** packet in both directions, not only for the first of a flow: taking one away cuts what is
 *   established in the same transaction, and nothing else. A cut TCP connection is reset on both sides, so that neither the
 *   technician's program nor the PLC (which has few connections) waits; a refused new one is answered `admin-prohibited`, so
 *   that it never looks like a dead PLC.
 * - technicians reach routers and what lies behind them, never each other; routers answer, they open nothing.
 * - the second slice exists towards technicians only: routers know the primary one.
 */
export const serverPorts = { first: 10_000, last: 59_999 } as const;

export function baseRules([primary, second]: readonly [Slice, Slice]): string {
  const gateways = [primary.gateway, second.gateway, primary.routerGateway].join(", ");
  return `
table inet anslut {
  set guard { typeof iifname . ether saddr . ip saddr; }
  set dhcp { typeof iifname . ether saddr; }
  set tuns { typeof iifname . ip saddr; }
  set flow_any { typeof ip saddr . ip daddr; flags interval; }
  set flow_icmp { typeof ip saddr . ip daddr; flags interval; }
  set flow_ports { typeof ip saddr . ip daddr . meta l4proto . th dport; flags interval; }

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
    ip daddr { ${gateways} } udp dport ${echoPort} accept
    ip daddr { ${gateways} } icmp type echo-request accept
    iifname "tap*" udp sport 68 udp dport 67 accept
    counter drop
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
    ip saddr . ip daddr . meta l4proto . th dport @flow_ports accept
    ip saddr . ip daddr @flow_any accept
    meta l4proto icmp ip saddr . ip daddr @flow_icmp accept
    ct state related accept
    ct state established meta l4proto tcp counter reject with tcp reset
    counter reject with icmp type admin-prohibited
  }
  chain toTechnicians {
    ct state new counter drop
    ct state related accept
    ip daddr . ip saddr . meta l4proto . th sport @flow_ports accept
    ip daddr . ip saddr @flow_any accept
    meta l4proto icmp ip daddr . ip saddr @flow_icmp accept
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

/** Empties every set: the first half of writing them anew. */
export const emptySets = [
  ...["guard", "dhcp", "tuns", "flow_any", "flow_icmp", "flow_ports"].map((set) => `flush set inet anslut ${set}\n`),
  "flush set arp anslut guard\n",
].join("");

/** Elements by set: `inet anslut flow_ports` → texts. */
export type Elements = ReadonlyMap<string, ReadonlySet<string>>;

/** One transaction that turns `before` into `after`; empty when they are equal. What goes, goes first. */
export function transition(before: Elements, after: Elements): string {
  return [...changes("delete", before, after), ...changes("add", after, before)].join("");
}

function* changes(verb: "add" | "delete", these: Elements, others: Elements): Generator<string> {
  for (const [set, elements] of these) {
    const other = others.get(set);
    const changed = [...elements].filter((element) => other?.has(element) !== true);
    if (changed.length > 0) yield `${verb} element ${set} { ${changed.join(", ")} }\n`;
  }
}
