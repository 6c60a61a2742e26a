import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maxPacketLength, minPacketLength, readOpening, withWrapped } from "./first-packet.ts";

/** A packet with the right form around anything. */
function packet(wrappedBytes: number, fill = 7): Buffer {
  const bytes = Buffer.alloc(56 + wrappedBytes, fill);
  bytes.writeUInt16BE(bytes.length - 2, 0);
  bytes[2] = 0x50;
  bytes.writeUInt16BE(wrappedBytes, bytes.length - 2);
  return bytes;
}

describe("the first packet", () => {
  it("is recognised with head, wrapped key and what follows", () => {
    const opening = readOpening(Buffer.concat([packet(313), Buffer.from("more")]));
    expect(opening.kind).toBe("tunnel");
    if (opening.kind !== "tunnel") return;
    expect(opening.head).toHaveLength(56);
    expect(opening.wrapped).toHaveLength(313);
    expect(Buffer.from(opening.rest).toString()).toBe("more");
  });

  it.each([
    ["nothing yet", Buffer.alloc(0), "incomplete"],
    ["one byte of a length", Buffer.of(1), "incomplete"],
    ["a ClientHello's first byte", Buffer.of(0x16), "tls"],
    ["HTTP", Buffer.from("GET / HTTP/1.1\r\n"), "garbage"],
    ["SSH", Buffer.from("SSH-2.0-x"), "garbage"],
    ["all ones", Buffer.of(0xff, 0xff, 0xff), "garbage"],
    ["zeros", Buffer.alloc(600), "garbage"],
    ["a length that is one too short", Buffer.of((minPacketLength - 1) >> 8, (minPacketLength - 1) & 255), "garbage"],
    ["a length that is one too long", Buffer.of((maxPacketLength + 1) >> 8, (maxPacketLength + 1) & 255), "garbage"],
    ["a reset of version 2", Buffer.of(1, 111, 7 << 3), "garbage"],
    ["opcode 10 with key id 1", Buffer.of(1, 111, 0x51), "garbage"],
  ])("judges %s at once", (_what, bytes, kind) => {
    expect(readOpening(bytes).kind).toBe(kind);
  });

  it("is garbage when the wrapped key claims another length", () => {
    const bytes = packet(313);
    bytes.writeUInt16BE(312, bytes.length - 2);
    expect(readOpening(bytes).kind).toBe("garbage");
  });

  it("takes the shortest and the longest wrapped key that OpenVPN takes", () => {
    expect(readOpening(packet(290)).kind).toBe("tunnel");
    expect(readOpening(packet(1024)).kind).toBe("tunnel");
    expect(readOpening(packet(289)).kind).toBe("garbage");
    expect(readOpening(packet(1025)).kind).toBe("garbage");
  });

  it("comes to the same verdict in whatever pieces it arrives", () => {
    const whole = packet(400);
    for (let length = 1; length < whole.length; length += 1) {
      expect(readOpening(whole.subarray(0, length)).kind).toBe("incomplete");
    }
  });

  it("never throws, never asks for more than a packet, and never changes a verdict", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1200 }), fc.uint8Array({ maxLength: 64 }), (bytes, more) => {
        const { kind } = readOpening(bytes);
        if (kind === "incomplete") expect(bytes.length).toBeLessThan(2 + maxPacketLength);
        else expect(readOpening(Buffer.concat([bytes, more])).kind).toBe(kind);
      }),
    );
  });

  it("carries another wrapped key with a corrected length", () => {
    const opening = readOpening(packet(313));
    if (opening.kind !== "tunnel") throw new Error("no tunnel");
    const replaced = withWrapped(opening.head, packet(290).subarray(56));
    expect(replaced).toHaveLength(56 + 290);
    expect(readOpening(replaced).kind).toBe("tunnel");
    expect(replaced.subarray(2, 56)).toEqual(Buffer.from(opening.head.subarray(2)));
  });
});
