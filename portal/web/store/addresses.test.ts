import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addressAt,
  addressToNumber,
  contains,
  drawNetwork,
  isImpossible,
  isPrivate,
  networkOf,
  numberToAddress,
  overlaps,
  parseNetwork,
  translate,
} from "./addresses.ts";

describe("addresses", () => {
  it("come back from numbers as they were", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(numberToAddress(addressToNumber(address))).toBe(address);
      }),
    );
  });

  it.each(["10.0.0.1/24", "10.0.0.0/33", "10.0.0/8", "256.0.0.0/8", "10.0.0.0", "a/8", "", "10.0.0.0/08x"])(
    "%j is no network",
    (text) => expect(parseNetwork(text)).toBeUndefined(),
  );

  it.each([
    ["10.0.0.0/8", "10.1.0.0/16", true, true],
    ["10.1.0.0/16", "10.0.0.0/8", true, false],
    ["10.0.0.0/24", "10.0.1.0/24", false, false],
    ["0.0.0.0/0", "192.168.0.0/24", true, true],
  ])("%s and %s: overlap %s, contained %s", (left, right, overlap, within) => {
    expect(overlaps(networkOf(left), networkOf(right))).toBe(overlap);
    expect(contains(networkOf(left), networkOf(right))).toBe(within);
  });

  it("translate into a stand-in prefix by their offset", () => {
    expect(translate("192.168.0.11/32", "192.168.0.0/24", "100.64.7.0/24")).toBe("100.64.7.11/32");
    expect(translate("192.168.1.32/28", "192.168.0.0/16", "100.65.0.0/16")).toBe("100.65.1.32/28");
    expect(addressAt("10.77.0.0/20", 2049)).toBe("10.77.8.1");
  });

  it("are drawn without overlap until the pool is empty", () => {
    const taken: string[] = [];
    for (let count = 0; count < 16; count++) {
      const drawn = drawNetwork("10.64.0.0/16", 20, taken.map(networkOf));
      expect(drawn).toBeDefined();
      taken.push(drawn ?? "");
    }
    expect(new Set(taken).size).toBe(16);
    expect(drawNetwork("10.64.0.0/16", 20, taken.map(networkOf))).toBeUndefined();
  });

  it("know private from public and impossible ones", () => {
    expect(isPrivate(networkOf("172.31.0.0/16"))).toBe(true);
    expect(isPrivate(networkOf("172.0.0.0/8"))).toBe(false);
    expect(isImpossible(networkOf("127.0.0.0/24"))).toBe(true);
    expect(isImpossible(networkOf("224.0.0.0/8"))).toBe(true);
    expect(isImpossible(networkOf("192.168.0.0/24"))).toBe(false);
  });
});
