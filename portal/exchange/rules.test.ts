import { describe, expect, it } from "vitest";
import { sliceOf } from "./addresses.ts";
import { baseRules, tunnelIn, tunnelOut, tunnelRights } from "./rules.ts";

describe("the firewall's text", () => {
  const text = baseRules([sliceOf("10.77.0.0/20"), sliceOf("10.99.0.0/20")]);

  it("drops by default on every way", () => {
    for (const chain of ["guard", "input", "output", "forward"]) {
      expect(text).toMatch(new RegExp(`chain ${chain} \\{\\n[^}]*policy drop;`));
    }
  });

  it("maps the second slice on the primary, each half for its direction", () => {
    expect(text).toContain("dnat ip prefix to ip daddr map { 10.99.8.0/21 : 10.77.8.0/21 }");
    expect(text).toContain("snat ip prefix to ip saddr map { 10.99.0.0/21 : 10.77.0.0/21 }");
  });

  it("never trusts a flow because it was allowed once", () => {
    expect(text).not.toMatch(/ct state established,related accept\n[^}]*goto/);
    expect(text).toMatch(/chain toTechnicians \{\n\s+ct state new counter drop/);
  });
});

describe("a tunnel's part", () => {
  const tap = { device: "tap7", mac: "02:a5:00:00:00:11", addresses: ["10.77.0.17", "10.99.0.17"] } as const;

  it("guards device, MAC and both addresses, in IP and in ARP, and takes away what it added", () => {
    const elements = [...tunnelIn(tap).matchAll(/^add element (.*guard|.*dhcp) (.*)$/gm)].map(([, ...parts]) =>
      parts.join(" "),
    );
    expect(elements).toEqual([
      'inet anslut dhcp { "tap7" . 02:a5:00:00:00:11 }',
      'inet anslut guard { "tap7" . 02:a5:00:00:00:11 . 10.77.0.17 }',
      'inet anslut guard { "tap7" . 02:a5:00:00:00:11 . 10.99.0.17 }',
      'arp anslut guard { "tap7" . 02:a5:00:00:00:11 . 10.77.0.17 }',
      'arp anslut guard { "tap7" . 02:a5:00:00:00:11 . 10.99.0.17 }',
    ]);
    for (const element of elements) expect(tunnelOut(tap)).toContain(`delete element ${element}`);
  });

  it("of a TUN has no layer 2", () => {
    expect(tunnelIn({ ...tap, device: "tun7", mac: null })).not.toMatch(/guard|dhcp/);
  });

  it("opens rights in both directions, and nothing when there are none", () => {
    expect(tunnelRights(tap, { any: [], icmp: ["192.168.0.1"], ported: ["192.168.0.10 . tcp . 102"] })).toBe(
      [
        "flush chain inet anslut tap7_out",
        "add rule inet anslut tap7_out ip daddr . meta l4proto . th dport { 192.168.0.10 . tcp . 102 } accept",
        "add rule inet anslut tap7_out meta l4proto icmp ip daddr { 192.168.0.1 } accept",
        "flush chain inet anslut tap7_in",
        "add rule inet anslut tap7_in ip saddr . meta l4proto . th sport { 192.168.0.10 . tcp . 102 } accept",
        "add rule inet anslut tap7_in meta l4proto icmp ip saddr { 192.168.0.1 } accept",
        "",
      ].join("\n"),
    );
    expect(tunnelRights(tap, { any: [], icmp: [], ported: [] })).not.toMatch(/add/);
  });
});
