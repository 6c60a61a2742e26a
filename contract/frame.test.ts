import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maxFrameBytes } from "./constants.ts";
import { ContractError } from "./decoder.ts";
import { encodeFrame, FrameReader } from "./frame.ts";

const messages = [{ type: "hello", protocol: 1 }, { text: 'p+ss "wörd" 密 😀' }, [], "", 0, null, false];

describe("frames", () => {
  test("are a big-endian length and as many bytes of JSON", () => {
    expect([...encodeFrame({ ü: 1 })]).toEqual([0, 0, 0, 8, ...new TextEncoder().encode('{"ü":1}')]);
  });

  test("come out whole however the stream is split in two", () => {
    const stream = streamOf(messages);
    for (let split = 0; split <= stream.length; split++) {
      const reader = new FrameReader();
      const read = [...reader.push(stream.subarray(0, split)), ...reader.push(stream.subarray(split))];
      expect(read).toEqual(messages);
      expect(reader.rest()).toHaveLength(0);
    }
  });

  test("come out whole byte by byte", () => {
    const reader = new FrameReader();
    expect([...streamOf(messages)].flatMap((byte) => reader.push(Uint8Array.of(byte)))).toEqual(messages);
  });

  test("carry any JSON in pieces of any size", () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue({ noUnicodeString: false }), { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 40 })),
        (values, sizes) => {
          const sent = values.map((value) => JSON.parse(new TextDecoder().decode(bodyOf(encodeFrame(value)))));
          const reader = new FrameReader();
          expect(piecesOf(streamOf(values), sizes).flatMap((piece) => reader.push(piece))).toEqual(sent);
        },
      ),
    );
  });

  test("leave what follows them to whoever reads one at a time", () => {
    const reader = new FrameReader();
    const stream = streamOf([{ type: "won" }]);
    expect(reader.pushOne(stream.subarray(0, 7))).toBeUndefined();
    expect(reader.pushOne(Uint8Array.of(...stream.subarray(7), 0x16, 0x03, 0x01))).toEqual({ value: { type: "won" } });
    expect([...reader.rest()]).toEqual([0x16, 0x03, 0x01]);
  });

  test("of null are told from no frame at all", () => {
    expect(new FrameReader().pushOne(encodeFrame(null))).toEqual({ value: null });
  });
});

describe("a frame is refused", () => {
  test("when it is empty", () => {
    expect(() => new FrameReader().push(Uint8Array.of(0, 0, 0, 0))).toThrow("frame: length 0 is out of bounds");
  });

  test("as soon as its length is known to be too much, before a byte of it is there", () => {
    expect(() => new FrameReader().push(header(maxFrameBytes + 1))).toThrow(ContractError);
    expect(() => new FrameReader().push(header(0xffffffff))).toThrow("4294967295 is out of bounds");
    expect(new FrameReader().push(header(maxFrameBytes))).toEqual([]);
  });

  test("when it is not UTF-8", () => {
    expect(() => new FrameReader().push(frameOf([0x22, 0xff, 0x22]))).toThrow(ContractError);
    expect(() => new FrameReader().push(frameOf([0x22, 0xc3, 0x22]))).toThrow(ContractError);
  });

  test("when it is not JSON, or more than that", () => {
    expect(() => new FrameReader().push(frameOf([...new TextEncoder().encode("{}{}")]))).toThrow(ContractError);
    expect(() => new FrameReader().push(frameOf([...new TextEncoder().encode("{")]))).toThrow(ContractError);
  });

  test("when it would be too long to send, but not one byte earlier", () => {
    expect(encodeFrame("x".repeat(maxFrameBytes - 2))).toHaveLength(4 + maxFrameBytes);
    expect(() => encodeFrame("x".repeat(maxFrameBytes - 1))).toThrow("are too many");
    expect(() => encodeFrame("ü".repeat(maxFrameBytes / 2))).toThrow("are too many");
  });
});

function streamOf(values: readonly unknown[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [...encodeFrame(value)]));
}

function bodyOf(frame: Uint8Array): Uint8Array {
  return frame.subarray(4);
}

function header(length: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, length);
  return bytes;
}

function frameOf(body: readonly number[]): Uint8Array {
  return Uint8Array.of(...header(body.length), ...body);
}

/** `stream` cut into pieces of the given sizes, and what is left. */
function piecesOf(stream: Uint8Array, sizes: readonly number[]): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const size of sizes) {
    pieces.push(stream.subarray(from, from + size));
    from += size;
  }
  return [...pieces, stream.subarray(from)].filter((piece) => piece.length > 0);
}
