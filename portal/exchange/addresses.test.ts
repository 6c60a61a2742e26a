import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  areTechnicians,
  canRoute,
  formatIpv4,
  isGroupMac,
  isNetwork,
  isOurName,
  isRouter,
  maskOf,
  overlap,
  parseIpv4,
  placeOf,
  rangeOf,
  sliceOf,
} from "./addresses.ts";

describe("addresses", () => {
  it("come back as they went in", () => {
    fc.assert(fc.property(fc.ipV4(), (address) => formatIpv4(parseIpv4(address)) === address));
  });

  it.each([
    [0, "0.0.0.0"],
    [8, "255.0.0.0"],
    [20, "255.255.240.0"],
    [32, "255.255.255.255"],
  ])("a prefix of %i has the mask %s", (prefix, mask) => expect(maskOf(prefix)).toBe(mask));

  it("know a network from an address in it", () => {
    expect(isNetwork("192.168.0.0/24")).toBe(true);
    expect(isNetwork("192.168.0.1/24")).toBe(false);
    expect(isNetwork("0.0.0.0/0")).toBe(true);
    expect(rangeOf("192.168.0.77/24")).toEqual(rangeOf("192.168.0.0/24"));
  });

  it("overlap when one holds the other", () => {
    expect(overlap(rangeOf("10.0.0.0/8"), rangeOf("10.64.0.0/20"))).toBe(true);
    expect(overlap(rangeOf("10.64.0.0/20"), rangeOf("10.64.16.0/20"))).toBe(false);
  });

  it("of the highest account are still link-local", () => {
    expect(placeOf(0).linkAddress).toBe("169.254.65.0");
    expect(placeOf(40_000).linkAddress).toBe("169.254.221.64");
    expect(placeOf(40_000).link.length).toBeLessThan(16);
  });

  it("of a dead exchange's namespaces are told from others", () => {
    expect(["anslut-0", "anslut-40000"].every(isOurName)).toBe(true);
    expect(["anslut-", "anslut-x", "anslut-123456", "factory"].some(isOurName)).toBe(false);
  });
});

describe("a slice", () => {
  const slices = [sliceOf("10.77.0.0/20"), sliceOf("10.99.16.0/20")] as const;

  it("has its gateway, halves and mask", () => {
    expect(slices[0]).toMatchObject({
      mask: "255.255.240.0",
      gateway: "10.77.0.1",
      routerGateway: "10.77.8.0",
      technicians: "10.77.0.0/21",
      routers: "10.77.8.0/21",
    });
  });

  it("knows its technicians by one offset in both slices", () => {
    expect(areTechnicians(["10.77.0.16", "10.99.16.16"], slices)).toBe(true);
    expect(areTechnicians(["10.77.7.255", "10.99.23.255"], slices)).toBe(true);
    expect(areTechnicians(["10.77.0.15", "10.99.16.15"], slices)).toBe(false);
    expect(areTechnicians(["10.77.0.16", "10.99.16.17"], slices)).toBe(false);
    expect(areTechnicians(["10.77.8.0", "10.99.24.0"], slices)).toBe(false);
    expect(areTechnicians(["10.76.0.16", "10.98.16.16"], slices)).toBe(false);
  });

  it("knows its routers", () => {
    expect(isRouter("10.77.8.1", slices[0])).toBe(true);
    expect(isRouter("10.77.8.0", slices[0])).toBe(false);
    expect(isRouter("10.77.0.20", slices[0])).toBe(false);
    expect(isRouter("10.77.16.1", slices[0])).toBe(false);
  });

  it.each([
    ["192.168.0.0/24", true],
    ["100.64.3.0/24", true],
    ["192.168.0.1/24", false],
    ["10.0.0.0/8", false],
    ["10.77.3.0/24", false],
    ["10.99.16.0/28", false],
    ["0.0.0.0/0", false],
    ["128.0.0.0/1", false],
    ["127.0.0.0/8", false],
    ["169.254.64.0/24", false],
    ["224.0.0.0/8", false],
  ])("a router may be the way to %s: %s", (network, may) => expect(canRoute(network, slices)).toBe(may));
});

describe("a MAC address", () => {
  it("of many is told from that of one", () => {
    expect(isGroupMac("ff:ff:ff:ff:ff:ff")).toBe(true);
    expect(isGroupMac("01:00:5e:00:00:01")).toBe(true);
    expect(isGroupMac("02:a5:00:00:00:11")).toBe(false);
  });
});
