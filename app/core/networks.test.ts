import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Network } from "./networks.ts";
import {
  contains,
  covers,
  formatAddress,
  formatNetwork,
  longestCommon,
  networkOf,
  overlaps,
  parseAddress,
  parseNetwork,
  uniqueNetworks,
} from "./networks.ts";

const address = fc.integer({ min: 0, max: 0xffffffff });
const network = fc
  .tuple(address, fc.integer({ min: 0, max: 32 }))
  .map(([base, prefix]) => networkOf(`${formatAddress(base)}/${prefix}`)!);

/** Membership by the definition, on bit strings: slow and obviously right. */
const bits = (value: number) => value.toString(2).padStart(32, "0");
const isIn = (value: number, { base, prefix }: Network) => bits(value).slice(0, prefix) === bits(base).slice(0, prefix);

describe("addresses and networks", () => {
  test("survive being written and read", () => {
    fc.assert(fc.property(address, (value) => parseAddress(formatAddress(value)) === value));
    fc.assert(
      fc.property(network, (value) => {
        expect(parseNetwork(formatNetwork(value))).toEqual(value);
      }),
    );
  });

  test.each(["", "1.2.3", "1.2.3.4.5", "256.0.0.0", "01.2.3.4", "1.2.3.-4", "1.2.3.4 ", "0x1.2.3.4", "1.2.3.4/8"])(
    "%j is no address",
    (text) => expect(parseAddress(text)).toBeUndefined(),
  );

  test.each(["10.0.0.1/8", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/", "10.0.0.0/8/8", "a/8"])(
    "%j is no network",
    (text) => expect(parseNetwork(text)).toBeUndefined(),
  );

  test("the network of an address with a prefix length has no host bits", () => {
    expect(formatNetwork(networkOf("192.168.0.17/24")!)).toBe("192.168.0.0/24");
    expect(formatNetwork(networkOf("203.0.113.9/0")!)).toBe("0.0.0.0/0");
    expect(networkOf("nonsense/24")).toBeUndefined();
  });
});

describe("containment", () => {
  test("is what the bits say", () => {
    fc.assert(fc.property(network, address, (outer, value) => contains(outer, value) === isIn(value, outer)));
  });

  test("of networks means that every address of the inner one lies in the outer one", () => {
    fc.assert(
      fc.property(network, network, address, (outer, inner, value) => {
        if (covers(outer, inner) && contains(inner, value)) expect(contains(outer, value)).toBe(true);
      }),
    );
    fc.assert(fc.property(network, (one) => covers(one, one)));
  });

  test("of an address by two networks means that they overlap; overlap is symmetric", () => {
    fc.assert(
      fc.property(network, network, address, (left, right, value) => {
        expect(overlaps(left, right)).toBe(overlaps(right, left));
        if (contains(left, value) && contains(right, value)) expect(overlaps(left, right)).toBe(true);
        if (overlaps(left, right)) expect(contains(left, right.base) || contains(right, left.base)).toBe(true);
      }),
    );
  });

  test("the longest common network covers both, and none that is longer does", () => {
    fc.assert(
      fc.property(network, network, (left, right) => {
        const common = longestCommon(left, right);
        expect(covers(common, left) && covers(common, right)).toBe(true);
        if (common.prefix === 32) return;
        const longer = networkOf(`${formatAddress(left.base)}/${common.prefix + 1}`)!;
        expect(covers(longer, left) && covers(longer, right)).toBe(false);
      }),
    );
  });
});

test("the same set of networks has one text, in order, whatever its order was", () => {
  const cidrs = fc.array(network.map(formatNetwork), { maxLength: 8 });
  fc.assert(
    fc.property(cidrs, (list) => {
      const unique = uniqueNetworks(list);
      expect(new Set(unique)).toEqual(new Set(list));
      expect(uniqueNetworks([...list, ...list].reverse())).toEqual(unique);
    }),
  );
  expect(uniqueNetworks(["10.0.0.1/8", "10.0.0.0/8"])).toEqual(["10.0.0.0/8"]);
});
