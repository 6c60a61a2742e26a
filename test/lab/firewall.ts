import { addressOf } from "./topology.ts";

export const firewallNames = ["open", "only443", "only80", "proxyOnly", "silentDrop", "tlsOnly", "reject"] as const;
export type FirewallName = (typeof firewallNames)[number];

/** The office's proxies and their ports. */
export const proxyPorts = { open: 3128, basic: 3129, digest: 3130, tinyproxy: 8888 } as const;
export type ProxyKind = keyof typeof proxyPorts;

/** The inspecting box of `tlsOnly` listens here on the office's gateway. */
export const tlsGatePort = 8443;

export function isFirewallName(name: string): name is FirewallName {
  return (firewallNames as readonly string[]).includes(name);
}

export function isProxyKind(name: string): name is ProxyKind {
  return Object.hasOwn(proxyPorts, name);
}

/** Names of the outside are not resolved for the laptops where only the proxy goes out. */
export function resolvesOutside(firewall: FirewallName): boolean {
  return firewall !== "proxyOnly";
}

const admin = "reject with icmpx type admin-prohibited";
const reset = "meta l4proto tcp reject with tcp reset";

/** What leaves the office's LAN, as conditions on a flow; and what happens to the rest. */
function policy(
  firewall: FirewallName,
  proxy: ProxyKind,
): { readonly passes: readonly string[]; readonly rest: string } {
  switch (firewall) {
    case "open":
      return { passes: [""], rest: admin };
    case "only443":
      return { passes: ["meta l4proto tcp ct original proto-dst 443"], rest: `${reset}; ${admin}` };
    case "only80":
      return { passes: ["meta l4proto tcp ct original proto-dst 80"], rest: `${reset}; ${admin}` };
    case "proxyOnly": {
      const to = `ct original ip daddr ${addressOf("proxy")}`;
      return { passes: [`${to} meta l4proto tcp ct original proto-dst ${proxyPorts[proxy]}`], rest: admin };
    }
    case "silentDrop":
      return { passes: ["meta l4proto tcp ct original proto-dst { 80, 443 }"], rest: "drop" };
    case "tlsOnly": // 443 is redirected to the gateway itself and never comes through here
      return { passes: [], rest: admin };
    case "reject":
      return { passes: [], rest: admin };
  }
}

/** Whether a flow that the inspecting box has let through may live on under this firewall. */
function passes443(firewall: FirewallName): boolean {
  return ["open", "only443", "silentDrop", "tlsOnly"].includes(firewall);
}

/**
 * nftables of the office's gateway. Every packet, in both directions, is judged by how its flow began
 * (`ct original`), not by `ct state established`: what a new firewall forbids is cut the moment it is set, and what it
 * allows lives on.
 */
export function officeRules(firewall: FirewallName, proxy: ProxyKind): string {
  const { passes, rest } = policy(firewall, proxy);
  const lan = "ct original ip saddr 192.168.178.0/24";
  const gateStays = passes443(firewall);
  const cut = firewall === "silentDrop" ? "drop" : "ct state established meta l4proto tcp reject with tcp reset";
  return `
table inet office
delete table inet office
table inet office {
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state invalid drop
    ct state related accept
    iifname "dmz0" oifname "wan0" accept
    iifname "wan0" oifname "dmz0" ct state established accept
${passes.map((condition) => `    ${lan} ${condition} accept`).join("\n")}
    ${lan} ${cut}
    iifname "lan0" ${rest.replaceAll("; ", '\n    iifname "lan0" ')}
  }
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    iifname { "lan0", "dmz0" } meta l4proto { tcp, udp } th dport 53 accept
    iifname "lan0" tcp dport 80 accept
    iifname { "lan0", "dmz0" } icmp type echo-request accept
    iifname "lan0" ct status dnat tcp dport ${tlsGatePort} ${gateStays ? "accept" : "reject with tcp reset"}
    ct state established,related accept
    iifname { "lan0", "dmz0" } ${admin}
  }
  chain redirected {
    type nat hook prerouting priority dstnat;
    ${firewall === "tlsOnly" ? `iifname "lan0" tcp dport 443 fib daddr type unicast redirect to :${tlsGatePort}` : ""}
  }
  chain masqueraded {
    type nat hook postrouting priority srcnat;
    oifname "wan0" masquerade
  }
}
`;
}

/** A factory's gateway: NAT outwards, nothing inwards. */
export const gatewayRules = `
table inet gateway {
  chain forward {
    type filter hook forward priority filter; policy drop;
    iifname "lan0" oifname "wan0" accept
    ct state established,related accept
  }
  chain input {
    type filter hook input priority filter; policy drop;
    iifname { "lo", "lan0" } accept
    ct state established,related accept
  }
  chain masqueraded {
    type nat hook postrouting priority srcnat;
    oifname "wan0" masquerade
  }
}
`;

/** Counts what reaches a device and what leaves it: `Lab.packets`. */
export const counterRules = `
table inet lab {
  counter received { }
  counter sent { }
  chain input { type filter hook prerouting priority raw; iifname "eth0" counter name received; }
  chain output { type filter hook postrouting priority raw; oifname "eth0" counter name sent; }
}
`;
