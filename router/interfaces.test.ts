import { describe, expect, test } from "vitest";
import { parseNetwork } from "../app/core/networks.ts";
import { isBehind, parseDefaultRoute, standingNetworks } from "./interfaces.ts";

const header = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT";

describe("the default route", () => {
  test("is the one with the least metric", () => {
    const table = [
      header,
      "wwan0\t00000000\t0100000A\t0003\t0\t0\t700\t00000000\t0\t0\t0",
      "eth0\t00000000\t0100000A\t0003\t0\t0\t100\t00000000\t0\t0\t0",
      "eth1\t0000A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
    ].join("\n");
    expect(parseDefaultRoute(table)).toBe("eth0");
  });

  test("may be missing", () => expect(parseDefaultRoute(header)).toBeNull());
});

describe("a network", () => {
  const standing = [{ device: "lan0", network: network("192.168.0.0/22") }];

  test.each([
    ["192.168.0.0/22", "lan0", true],
    ["192.168.1.0/24", "lan0", true],
    ["192.168.0.0/16", "lan0", false],
    ["192.168.0.0/22", "wan0", false],
  ])("%s behind %s: %s", (cidr, device, behind) => {
    expect(isBehind(network(cidr), device, standing)).toBe(behind);
  });

  test("of the loopback is none of ours", () => {
    expect(standingNetworks().filter(({ device }) => device === "lo")).toEqual([]);
  });
});

function network(cidr: string) {
  const parsed = parseNetwork(cidr);
  if (parsed === undefined) throw new Error(cidr);
  return parsed;
}
