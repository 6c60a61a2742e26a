/** A source of whole numbers: from 0 to `below` - 1. */
export type Draw = (below: number) => number;

/** A reproducible one (mulberry32): the same seed, the same run. */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

const maxBytes = 65_536;
const extremes: readonly number[] = [0, 1, 0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x3a, 0x7f, 0x80, 0xff];

/** One to eight changes to one of `pool`: bits, bytes, lengths, pieces of others, words of the format. */
export function mutate(pool: readonly Buffer[], words: readonly string[], draw: Draw): Buffer {
  let bytes = Buffer.from(pool[draw(pool.length)] ?? Buffer.alloc(0));
  const changes = 1 + draw(8);
  for (let change = 0; change < changes; change += 1) bytes = changed(bytes, pool, words, draw);
  return bytes.subarray(0, maxBytes);
}

function changed(bytes: Buffer, pool: readonly Buffer[], words: readonly string[], draw: Draw): Buffer<ArrayBuffer> {
  const at = draw(bytes.length + 1);
  const length = draw(Math.min(64, bytes.length - at + 1));
  const head = bytes.subarray(0, at);
  const piece = bytes.subarray(at, at + length);
  const tail = bytes.subarray(at + length);
  switch (draw(9)) {
    case 0:
      return flipped(bytes, draw);
    case 1:
      return Buffer.concat([head, Buffer.of(extremes[draw(extremes.length)] ?? 0), tail]);
    case 2:
      return Buffer.concat([head, tail]);
    case 3:
      return Buffer.concat([head, piece, piece, tail]);
    case 4:
      return Buffer.concat([head, Buffer.from(words[draw(words.length)] ?? "", "latin1"), tail]);
    case 5:
      return Buffer.concat([head, Buffer.from(words[draw(words.length)] ?? "", "latin1"), piece, tail]);
    case 6:
      return withLength(bytes, draw);
    case 7: {
      const other = pool[draw(pool.length)] ?? bytes;
      return Buffer.concat([head, other.subarray(draw(other.length + 1))]);
    }
    default:
      return Buffer.concat([head]);
  }
}

function flipped(bytes: Buffer, draw: Draw): Buffer<ArrayBuffer> {
  const copy = Buffer.from(bytes);
  const at = draw(copy.length + 1);
  if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << draw(8));
  return copy;
}

/** A number of two or four bytes where a length might stand. */
function withLength(bytes: Buffer, draw: Draw): Buffer<ArrayBuffer> {
  const copy = Buffer.from(bytes);
  const wide = draw(2) === 1 && copy.length >= 4;
  const values = [0, 1, 0x7fff, 0x8000, 0xffff, copy.length, copy.length - 2, copy.length - 4, draw(0x10000)];
  const value = Math.max(0, values[draw(values.length)] ?? 0);
  if (wide) copy.writeUInt32BE(draw(4) === 0 ? 0xffff_ffff : value, draw(copy.length - 3));
  else if (copy.length >= 2) copy.writeUInt16BE(value & 0xffff, draw(copy.length - 1));
  return copy;
}
