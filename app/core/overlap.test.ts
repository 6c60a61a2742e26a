import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatAddress, formatNetwork, networkOf, overlaps, parseNetwork } from "./networks.ts";
import { findOverlap, protectedOccupant } from "./overlap.ts";

const machine = (network: string, standIn: string | null = null) => ({ network, standIn, only: null });
const local = (network: string) => ({ network, machine: null, adapter: "eth0" });

const cidr = fc
  .tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 1, max: 32 }))
  .map(([base, prefix]) => formatNetwork(networkOf(`${formatAddress(base)}/${prefix}`)!));

describe("an overlap", () => {
  test("is found exactly where two networks share an address", () => {
    fc.assert(
      fc.property(fc.array(cidr, { maxLength: 5 }), fc.array(cidr, { maxLength: 5 }), (wanted, taken) => {
        const found = findOverlap(
          wanted.map((one) => machine(one)),
          taken.map(local),
        );
        const expected = wanted.some((one) => taken.some((two) => overlaps(parseNetwork(one)!, parseNetwork(two)!)));
        expect(found !== undefined).toBe(expected);
        if (found) expect(overlaps(parseNetwork(found.network)!, parseNetwork(found.local)!)).toBe(true);
      }),
    );
  });

  test("names both networks and the adapter", () => {
    expect(findOverlap([machine("10.0.0.0/24"), machine("192.168.0.0/24")], [local("192.168.0.0/16")])).toEqual({
      network: "192.168.0.0/24",
      local: "192.168.0.0/16",
      other: null,
      adapter: "eth0",
      needed: null,
    });
  });

  test("is cured by a stand-in", () => {
    expect(findOverlap([machine("192.168.0.0/24", "100.64.1.0/24")], [local("192.168.0.0/24")])).toBeUndefined();
  });

  test("with the portal's or the proxy's address counts as well", () => {
    const portal = protectedOccupant("192.168.0.9", "portal");
    expect(findOverlap([machine("192.168.0.0/24")], portal ? [portal] : [])).toMatchObject({
      local: "192.168.0.9/32",
      needed: "portal",
    });
    expect(protectedOccupant("2001:db8::1", "proxy")).toBeUndefined();
  });
});
