import { describe, expect, test } from "vitest";
import { formatNetwork } from "../../app/core/networks.ts";
import { interfaceName, isInterfaceName } from "../interface-name.ts";
import { chooseLans, networksOf, type RouterLan } from "./plan.ts";

const slices = networksOf([{ network: "10.64.0.0/20", address: "10.64.8.1", gateway: "10.64.0.1" }]);

describe("of the LANs in a ticket", () => {
  test("good ones are served", () => {
    const { served, refused } = chooseLans([lan("192.168.0.0/24", "100.64.5.0/24"), lan("172.16.4.0/22")], slices);
    expect(served.map(({ network }) => formatNetwork(network))).toEqual(["192.168.0.0/24", "172.16.4.0/22"]);
    expect(refused).toEqual([]);
  });

  test.each([
    ["host bits", lan("192.168.0.1/24")],
    ["everything", lan("0.0.0.0/0")],
    ["the account's own network", lan("10.64.8.0/24")],
    ["a stand-in of another size", lan("192.168.5.0/24", "100.64.5.0/25")],
    ["a stand-in outside of the pool", lan("192.168.5.0/24", "10.1.5.0/24")],
    ["a LAN inside another", lan("192.168.0.64/26")],
    ["another LAN's stand-in", lan("192.168.5.0/24", "100.64.1.0/24")],
  ])("%s is refused and the others work on", (_, bad) => {
    const good = lan("192.168.0.0/24", "100.64.1.0/24");
    const { served, refused } = chooseLans([good, bad], slices);
    expect(served).toHaveLength(1);
    expect(refused).toEqual([bad.network]);
  });
});

describe("an interface name", () => {
  test.each(["lan0", "enp3s0f1", "br-lan", "eth0.100"])("%s may stand in a rule", (text) => {
    expect(interfaceName(text)).toBe(text);
  });

  test.each(["", "lo", "anslut0", 'x" accept', "lan*", "a b", "-x", "0123456789abcdef", "x\ny", "../x"])(
    "%j may not",
    (text) => expect(() => interfaceName(text)).toThrow("interfaceBad"),
  );

  test("of a tunnel is one, but no LAN's", () => expect(isInterfaceName("anslut0")).toBe(true));
});

function lan(network: string, standIn: string | null = null): RouterLan {
  return { network, standIn, sourceNat: false };
}
