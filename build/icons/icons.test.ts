import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { trayIcons } from "../../app/desktop/tray/tray-icon.ts";
import { outlined, readDrawing } from "./drawing.ts";
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

/** In how many pixels a picture stands clearly out of a ground of one grey. */
function contrastOn(ground: number, { pixels }: Image): number {
  let clear = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = (pixels[at + 3] ?? 0) / 255;
    const seen = (pixels[at] ?? 0) * alpha + ground * (1 - alpha);
    if (ratio(seen, ground) >= 3) clear += 1;
  }
  return clear;
}

/** WCAG 2.2, contrast ratio of two greys. */
function ratio(one: number, other: number): number {
  const light = (value: number): number => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  const [lighter, darker] = [Math.max(one, other), Math.min(one, other)];
  return (light(lighter) + 0.05) / (light(darker) + 0.05);
}

test.each(trayIcons)("%s is seen at 16 pixels on every ground, whichever was expected", (name) => {
  const svg = readFileSync(join(sources, `tray-${name}.svg`), "utf8");
  for (const [ink, outline] of [
    ["#ffffff", "#16201c"],
    ["#16201c", "#ffffff"],
  ] as const) {
    const image = rasterise(outlined(readDrawing(svg.replaceAll("#000000", ink)), 1, outline), 16);
    for (const ground of [0, 32, 128, 220, 255]) {
      expect(contrastOn(ground, image), `${ink} on ${ground}`).toBeGreaterThan(20);
    }
  }
});

test("an outline stays within the picture: nothing is cut off at its edge", () => {
  for (const name of trayIcons) {
    const svg = readFileSync(join(sources, `tray-${name}.svg`), "utf8");
    const image = rasterise(outlined(readDrawing(svg), 1, "#ffffff"), 64);
    const edge = Array.from({ length: 64 }, (_, at) => [
      ...[alphaAt(image, at, 0), alphaAt(image, at, 63)],
      ...[alphaAt(image, 0, at), alphaAt(image, 63, at)],
    ]).flat();
    expect(Math.max(...edge), name).toBe(0);
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
