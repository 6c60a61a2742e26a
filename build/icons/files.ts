import { crc32, deflateSync } from "node:zlib";
import type { Image } from "./raster.ts";

/** PNG (RFC 2083): 8 bits of red, green, blue and alpha, no filter, no ancillary chunk. */
export function pngOf({ size, pixels }: Image): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const row = size * 4;
  const raw = Buffer.alloc(size * (row + 1));
  for (let y = 0; y < size; y += 1) raw.set(pixels.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(raw, { level: 9 });
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** A PNG with its width and height. */
export interface Sized {
  readonly size: number;
  readonly png: Buffer;
}

/** Windows icon file with PNGs in it, which it may hold since Vista (ICONDIR, ICONDIRENTRY). */
export function icoOf(images: readonly Sized[]): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = 6 + 16 * images.length;
  const entries = images.map(({ size, png }) => {
    const entry = Buffer.alloc(16);
    entry.set([size % 256, size % 256], 0); // 0 stands for 256
    entry.writeUInt16LE(1, 4);
    entry.writeUInt16LE(32, 6);
    entry.writeUInt32LE(png.length, 8);
    entry.writeUInt32LE(offset, 12);
    offset += png.length;
    return entry;
  });
  return Buffer.concat([head, ...entries, ...images.map(({ png }) => png)]);
}

/** Types of an Apple icon's parts by pixels; two of them for a size that is also another one's double. */
const icnsTypes: readonly (readonly [type: string, size: number])[] = [
  ["ic11", 32],
  ["ic12", 64],
  ["ic07", 128],
  ["ic13", 256],
  ["ic08", 256],
  ["ic14", 512],
  ["ic09", 512],
];

/** macOS icon file. */
export function icnsOf(images: readonly Sized[]): Buffer {
  const parts = icnsTypes.flatMap(([type, size]) => {
    const png = images.find((image) => image.size === size)?.png;
    return png === undefined ? [] : [withLength(type, png)];
  });
  return withLength("icns", Buffer.concat(parts));
}

function withLength(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8, type, "latin1");
  head.writeUInt32BE(data.length + 8, 4);
  return Buffer.concat([head, data]);
}
