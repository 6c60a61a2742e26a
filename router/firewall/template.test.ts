import { describe, expect, test } from "vitest";
import { parseNetwork } from "../../app/core/networks.ts";
import { type InterfaceName, isInterfaceName } from "../interface-name.ts";
import { checkRules } from "./nft.ts";
import type { FirewallPlan } from "./plan.ts";
import { renderFirewall } from "./template.ts";

const bare: FirewallPlan = { lan: name("lan0"), wan: name("wan0"), tunnel: null };
const full: FirewallPlan = {
  ...bare,
  tunnel: {
    adapter: name("anslut0"),
    slices: [network("10.64.0.0/20"), network("10.70.16.0/20")],
    lans: [
      { network: network("192.168.0.0/24"), standIn: network("100.64.5.0/24"), sourceNat: true },
      { network: network("192.168.1.32/28"), standIn: null, sourceNat: false },
    ],
  },
};

describe("the firewall's rules", () => {
  test("with a tunnel are these", () => {
    expect(renderFirewall(full)).toMatchInlineSnapshot(`
      "table inet anslut_router
      delete table inet anslut_router
      table inet anslut_router {
        chain forward {
          type filter hook forward priority filter; policy accept;
          iifname "anslut*" goto from_tunnel
          oifname "anslut*" goto to_tunnel
          iifname "wan0" oifname "lan0" goto wan_to_lan
        }
        chain from_tunnel {
          ct state related accept
          iifname "anslut0" oifname "lan0" ip saddr { 10.64.0.0/20, 10.70.16.0/20 } ip daddr { 192.168.0.0/24, 192.168.1.32/28 } accept
          counter reject with icmpx type admin-prohibited
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
          iifname "anslut*" goto tunnel_input
          iifname "wan0" goto wan_input
        }
        chain tunnel_input {
          ct state established,related accept
          iifname "anslut0" ip saddr { 10.64.0.0/20, 10.70.16.0/20 } udp dport 6477 accept
          iifname "anslut0" ip saddr { 10.64.0.0/20, 10.70.16.0/20 } icmp type echo-request accept
          counter drop
        }
        chain wan_input {
          ct state established,related accept
          udp sport 67 udp dport 68 accept
          ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept
          icmpv6 type { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept
          counter drop
        }
        chain stand_in {
          type nat hook prerouting priority dstnat; policy accept;
          iifname "anslut0" dnat ip prefix to ip daddr map { 100.64.5.0/24 : 192.168.0.0/24 }
        }
        chain source_nat {
          type nat hook postrouting priority srcnat; policy accept;
          iifname "anslut0" oifname "lan0" ip daddr { 192.168.0.0/24 } masquerade
        }
      }
      "
    `);
  });

  test("without a tunnel let nothing out of one", () => {
    const chain = /chain from_tunnel \{([^}]*)\}/.exec(renderFirewall(bare))?.[1];
    expect(chain?.trim().split(/\n\s*/)).toEqual([
      "ct state related accept",
      "counter reject with icmpx type admin-prohibited",
    ]);
  });

  test("speak of no LAN where none is enrolled", () => {
    const rules = renderFirewall({
      ...bare,
      tunnel: { adapter: name("anslut0"), slices: full.tunnel?.slices ?? [], lans: [] },
    });
    expect(rules).not.toMatch(/daddr|masquerade|dnat/);
    expect(rules).toContain("udp dport 6477 accept");
  });

  test.each([
    ["with a tunnel", full],
    ["without a tunnel", bare],
    ["with the longest names there are", { ...full, lan: name("enp0s31f6.10123"), wan: name("wlx0123456789ab") }],
  ])("%s are taken by nft", async (_, plan) => {
    await checkRules(renderFirewall(plan));
  });
});

function network(cidr: string) {
  const parsed = parseNetwork(cidr);
  if (parsed === undefined) throw new Error(cidr);
  return parsed;
}

function name(text: string): InterfaceName {
  if (!isInterfaceName(text)) throw new Error(text);
  return text;
}
