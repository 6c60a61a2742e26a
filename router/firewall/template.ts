import { formatNetwork, type Network } from "../../app/core/networks.ts";
import { echoPort } from "../../contract/constants.ts";
import { tunnelPrefix } from "../interface-name.ts";
import type { FirewallPlan, TunnelPlan } from "./plan.ts";

/** Our own table and the only one we touch: what the host filters and translates itself goes on as it was. */
export const tableName = "inet anslut_router";

/**
 * The rules as one transaction for `nft -f -`: the table is there before and after, never half.
 *
 * - What the tunnel brings passes to enrolled LANs behind the LAN interface and to nothing else; the answer to all other
 *   is `admin-prohibited`, so that it never looks like a dead PLC.
 * - No device of the LAN can begin a conversation into the tunnel.
 * - Nobody on the WAN side begins one with the LAN or the router. DHCP's answers come to a broadcast address, which
 *   connection tracking does not know (RFC 2131, 4.1); IPv6 finds neighbours and routers by ICMP (RFC 4861).
 * - The rules about the tunnel hold for every adapter of the helper, so a tunnel that is up before its own rules reaches nothing.
 */
export function renderFirewall(plan: FirewallPlan): string {
  const { lan, wan, tunnel } = plan;
  return `table ${tableName}
delete table ${tableName}
table ${tableName} {
  chain forward {
    type filter hook forward priority filter; policy accept;
    iifname "${tunnelPrefix}*" goto from_tunnel
    oifname "${tunnelPrefix}*" goto to_tunnel
    iifname "${wan}" oifname "${lan}" goto wan_to_lan
  }
  chain from_tunnel {
    ct state related accept
${lines(tunnel && forwardRule(lan, tunnel))}    counter reject with icmpx type admin-prohibited
  }
  chain to_tunnel {
    ct state established,related accept
    counter drop
  }
  chain wan_to_lan {
    ct state established,related accept
    counter drop
  }
  chain input {
    type filter hook input priority filter; policy accept;
    iifname "${tunnelPrefix}*" goto tunnel_input
    iifname "${wan}" goto wan_input
  }
  chain tunnel_input {
    ct state established,related accept
${lines(tunnel && inputRules(tunnel))}    counter drop
  }
  chain wan_input {
    ct state established,related accept
    udp sport 67 udp dport 68 accept
    ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept
    icmpv6 type { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept
    counter drop
  }
${lines(tunnel && standInChain(tunnel))}${lines(tunnel && sourceNatChain(lan, tunnel))}}
`;
}

/** Takes the table away, also where there is none. */
export const removal = `table ${tableName}\ndelete table ${tableName}\n`;

function forwardRule(lan: string, { adapter, slices, lans }: TunnelPlan): string | null {
  if (slices.length === 0 || lans.length === 0) return null;
  const networks = set(lans.map((each) => each.network));
  return `    iifname "${adapter}" oifname "${lan}" ip saddr ${set(slices)} ip daddr ${networks} accept\n`;
}

function inputRules({ adapter, slices }: TunnelPlan): string | null {
  if (slices.length === 0) return null;
  const from = `    iifname "${adapter}" ip saddr ${set(slices)}`;
  return `${from} udp dport ${echoPort} accept\n${from} icmp type echo-request accept\n`;
}

/** 1:1: the n-th address of the stand-in is the n-th of the network (OPENVPN-FACTS, 8). */
function standInChain({ adapter, lans }: TunnelPlan): string | null {
  const pairs = lans.flatMap(({ network, standIn }) =>
    standIn === null ? [] : [`${formatNetwork(standIn)} : ${formatNetwork(network)}`],
  );
  if (pairs.length === 0) return null;
  return `  chain stand_in {
    type nat hook prerouting priority dstnat; policy accept;
    iifname "${adapter}" dnat ip prefix to ip daddr map { ${pairs.join(", ")} }
  }
`;
}

function sourceNatChain(lan: string, { adapter, lans }: TunnelPlan): string | null {
  const networks = lans.filter((each) => each.sourceNat).map((each) => each.network);
  if (networks.length === 0) return null;
  return `  chain source_nat {
    type nat hook postrouting priority srcnat; policy accept;
    iifname "${adapter}" oifname "${lan}" ip daddr ${set(networks)} masquerade
  }
`;
}

function set(networks: readonly Network[]): string {
  return `{ ${networks.map(formatNetwork).join(", ")} }`;
}

function lines(text: string | null): string {
  return text ?? "";
}
