import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { trayIcons } from "../../app/desktop/tray/tray-icon.ts";
import { readDrawing } from "./drawing.ts";
import { icnsOf, icoOf, pngOf } from "./files.ts";
import { type Image, rasterise } from "./raster.ts";

const sources = join(import.meta.dirname, "..", "..", "resources", "icons");
const drawn = (name: string, size: number): Image =>
  rasterise(readDrawing(readFileSync(join(sources, `${name}.svg`), "utf8")), size);
const alphaAt = ({ size, pixels }: Image, x: number, y: number): number => pixels[(y * size + x) * 4 + 3] ?? -1;

test("every state of the tray has a drawing, and nothing else has", () => {
  const names = readdirSync(sources).filter((name) => name.startsWith("tray-"));
  expect(names.sort()).toEqual(trayIcons.map((name) => `tray-${name}.svg`).sort());
});

test("at 16 pixels no two states look alike, colour left aside", () => {
  const pictures = trayIcons.map((name) => ({ name, image: drawn(`tray-${name}`, 16) }));
  for (const { name, image } of pictures) {
    for (const other of pictures) {
      if (name >= other.name) continue;
      const differing = Array.from({ length: 256 }, (_, at) => at).filter((at) => {
        const [x, y] = [at % 16, Math.floor(at / 16)];
        return Math.abs(alphaAt(image, x, y) - alphaAt(other.image, x, y)) > 128;
      });
      expect(differing.length, `${name} and ${other.name}`).toBeGreaterThan(15);
    }
  }
});

test("a ring is empty in the middle, a disc is full, edges are soft", () => {
  expect(alphaAt(drawn("tray-idle", 16), 8, 8)).toBe(0);
  expect(alphaAt(drawn("tray-ready", 16), 8, 8)).toBe(255);
  const shades = new Set(drawn("tray-ready", 16).pixels.filter((_, at) => at % 4 === 3));
  expect(shades.size).toBeGreaterThan(4);
});

test("a PNG says what was drawn", () => {
  const image = drawn("tray-ready", 16);
  const png = pngOf(image);
  expect(png.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([16, 16]);
  const length = png.readUInt32BE(33);
  const raw = inflateSync(png.subarray(41, 41 + length));
  expect(raw).toHaveLength(16 * (16 * 4 + 1));
  expect(raw.subarray(1, 65)).toEqual(Buffer.from(image.pixels.subarray(0, 64)));
});

test("icon files for Windows and macOS hold their pictures where their heads say", () => {
  const images = [16, 256].map((size) => ({ size, png: pngOf(drawn("app", size)) }));
  const ico = icoOf(images);
  const offset = ico.readUInt32LE(6 + 16 + 12);
  expect(ico.readUInt16LE(4)).toBe(2);
  expect([ico[6], ico[22]]).toEqual([16, 0]);
  expect(ico.subarray(offset)).toEqual(images[1]?.png);
  const icns = icnsOf(images);
  expect(icns.readUInt32BE(4)).toBe(icns.length);
  expect(icns.subarray(8, 12).toString("latin1")).toBe("ic13");
});

test.each([
  ['<svg viewBox="0 0 16 16"><text x="1" /></svg>', "<text>"],
  ['<svg viewBox="0 0 16 16"><path d="M 0 0 A 1 1 0 0 0 2 2" fill="#000000" /></svg>', '"A"'],
  ['<svg viewBox="0 0 16 16"><circle cx="1" cy="1" r="1" fill="red" /></svg>', '"red"'],
  ['<svg viewBox="0 0 16 8"></svg>', "square"],
])("what cannot be drawn is an error and not a hole: %s", (svg, named) => {
  expect(() => readDrawing(svg)).toThrow(named);
});
