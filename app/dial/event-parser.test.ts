import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventParser } from "./event-parser.ts";

const parse = (...pieces: readonly string[]) => {
  const parser = new EventParser();
  return pieces.flatMap((piece) => parser.push(new TextEncoder().encode(piece)));
};

describe("server-sent events", () => {
  test("have data and the last id that was named", () => {
    expect(parse("id: 1\ndata: a\n\ndata: b\n\nid:2\ndata:c\ndata: d\n\n")).toEqual([
      { id: "1", data: "a" },
      { id: "1", data: "b" },
      { id: "2", data: "c\nd" },
    ]);
  });

  test("pass heartbeats, other fields and empty events over", () => {
    expect(parse(": heartbeat\n\nevent: x\nretry: 5\n\nid: 9\n\ndata: y\n\n")).toEqual([{ id: "9", data: "y" }]);
  });

  test("end with any line ending, also one that is torn apart", () => {
    expect(parse("data: a\r\n\r\ndata: b\r", "\n\r\n")).toEqual([
      { id: null, data: "a" },
      { id: null, data: "b" },
    ]);
  });

  test("are the same however the bytes arrive", () => {
    const stream = new TextEncoder().encode("id: ä\ndata: grün\n\n: x\ndata: {}\r\n\r\n");
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: stream.length - 1 })), (cuts) => {
        const parser = new EventParser();
        const at = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
        const events = at.slice(1).flatMap((end, index) => parser.push(stream.subarray(at[index], end)));
        expect(events).toEqual([
          { id: "ä", data: "grün" },
          { id: "ä", data: "{}" },
        ]);
      }),
    );
  });

  test("have a byte order mark at the beginning alone, also behind a torn character", () => {
    expect(parse("\ufeffdata: a\n\n\ufeffdata: b\n\n")).toEqual([{ id: null, data: "a" }]);
    const torn = new Uint8Array([0xc3, 0x0a, 0xef, 0xbb, 0xbf, ...new TextEncoder().encode("data: y\n\n")]);
    for (let at = 0; at <= torn.length; at++) {
      const parser = new EventParser();
      expect([...parser.push(torn.subarray(0, at)), ...parser.push(torn.subarray(at))]).toEqual([]);
    }
  });

  test("do not grow without bound", () => {
    const parser = new EventParser();
    const endless = new TextEncoder().encode(`data: ${"x".repeat(600_000)}\n`);
    expect(() => {
      parser.push(endless);
      parser.push(endless);
    }).toThrow(RangeError);
    expect(() => new EventParser().push(new Uint8Array(1_100_000).fill(120))).toThrow(RangeError);
  });
});
