import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decoder } from "../../contract/decoder.ts";
import { Host } from "../../contract/values.ts";
import { neighbourhood, plainAddress, proxyHeader } from "./proxy-header.ts";

const decodeHost = decoder("host", Host);
const signature = "0d0a0d0a000d0a515549540a";

describe("the PROXY header", () => {
  it("carries IPv4 as the specification writes it", () => {
    const header = proxyHeader({ caller: "192.0.2.7", callerPort: 0x1234, called: "198.51.100.1", calledPort: 443 });
    expect(Buffer.from(header).toString("hex")).toBe(`${signature}2111000cc0000207c6336401123401bb`);
  });

  it("carries IPv6, and IPv4 as mapped when the two ends differ", () => {
    const header = proxyHeader({ caller: "2001:db8::7", callerPort: 1, called: "192.0.2.1", calledPort: 2 });
    expect(Buffer.from(header).toString("hex")).toBe(
      `${signature}21210024${"20010db8000000000000000000000007"}${"00000000000000000000ffffc0000201"}00010002`,
    );
  });

  it("has a form for every address", () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(address, address, fc.nat(65535), (caller, called, port) => {
        const header = proxyHeader({
          caller: plainAddress(caller),
          callerPort: port,
          called: plainAddress(called),
          calledPort: port,
        });
        expect([28, 52]).toContain(header.length);
      }),
    );
  });

  it("writes addresses as the contract's Host takes them", () => {
    expect(plainAddress("::ffff:192.0.2.1")).toBe("192.0.2.1");
    expect(plainAddress("fe80::1%eth0")).toBe("fe80::1");
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom("::1", "2001:db8::", "::"), fc.ipV6(), fc.ipV4()), (address) => {
        expect(isIP(plainAddress(address))).toBe(isIP(address));
        expect(decodeHost(plainAddress(address))).toBe(plainAddress(address));
      }),
    );
  });

  it("counts one IPv6 customer once", () => {
    expect(neighbourhood("2001:db8:1:2::3")).toBe(neighbourhood("2001:db8:1:2:ffff::1"));
    expect(neighbourhood("2001:db8:1:2::3")).not.toBe(neighbourhood("2001:db8:1:3::3"));
    expect(neighbourhood("192.0.2.1")).toBe("192.0.2.1");
  });
});
