import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readProxyHeader } from "./proxy-protocol.ts";

const begin = "0d0a0d0a000d0a515549540a";
const overIpv4 = Buffer.from(`${begin}2111000cc633640711111111d43101bb`, "hex");
const overIpv6 = Buffer.from(`${begin}21210024${"20010db8000000000000000000000001".repeat(2)}d43101bb`, "hex");

describe("the PROXY protocol's header", () => {
  it("tells the caller and where its own bytes begin", () => {
    expect(readProxyHeader(Buffer.concat([overIpv4, Buffer.from("hello")]))).toEqual({
      address: "198.51.100.7",
      bytes: 28,
    });
    expect(readProxyHeader(overIpv6)).toEqual({ address: "2001:db8:0:0:0:0:0:1", bytes: 52 });
    expect(readProxyHeader(Buffer.from(`${begin}20000000`, "hex"))).toEqual({ address: null, bytes: 16 });
  });

  it("may come in pieces", () => {
    for (let length = 0; length < overIpv4.length; length++) {
      expect(readProxyHeader(overIpv4.subarray(0, length))).toBeUndefined();
    }
  });

  it.each([
    ["something else", "160301"],
    ["another version", `${begin}1111000c`],
    ["too long", `${begin}2111ffff`],
    ["a family front does not send", `${begin}2131000c000000000000000000000000`],
    ["too short a block", `${begin}211100040a000001`],
  ])("is refused when it is %s", (_, hex) => {
    expect(() => readProxyHeader(Buffer.from(hex, "hex"))).toThrow("PROXY protocol");
  });

  it("never answers what it was not told", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        try {
          expect(readProxyHeader(bytes)).toBeUndefined();
        } catch (error) {
          expect(String(error)).toContain("PROXY protocol");
        }
      }),
    );
  });
});
