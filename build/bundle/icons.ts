import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Drawing, outlined, readDrawing } from "../icons/drawing.ts";
import { icnsOf, icoOf, pngOf, type Sized } from "../icons/files.ts";
import { rasterise } from "../icons/raster.ts";
import { distDir, root } from "../paths.ts";
import { replaceFile } from "../replace.ts";
import type { Built, Step } from "./step.ts";

/** The program's icons in every form that a system wants, drawn from resources/icons. */
export const iconsStep: Step = { name: "icons", run: buildIcons };

const trayNames = ["idle", "working", "ready", "connected", "attention"] as const;
/** Sizes of a tray icon, and what Electron looks for beside the first. */
const traySizes = [
  ["", 16],
  ["@1.25x", 20],
  ["@1.5x", 24],
  ["@2x", 32],
  ["@3x", 48],
] as const;
/** Ink on a light and on a dark bar, each with an outline in the other: what is said of a bar's ground may be wrong. */
const inks = {
  light: { ink: "#16201c", outline: "#ffffff" },
  dark: { ink: "#ffffff", outline: "#16201c" },
} as const;
/** In the drawing's units, of which a tray icon has 16. */
const outlineWidth = 1;
const appSizes = [16, 24, 32, 48, 64, 128, 256, 512] as const;

async function buildIcons(): Promise<Built> {
  const sources = join(root, "resources", "icons");
  const files = [...(await appFiles(sources)), ...(await trayFiles(sources))];
  for (const [path, content] of files) await replaceFile(path, content);
  return {
    inputs: [sources, join(root, "build", "icons")],
    outputs: files.map(([path]) => path),
  };
}

type File = readonly [path: string, content: Buffer];

async function appFiles(sources: string): Promise<readonly File[]> {
  const drawing = readDrawing(await readFile(join(sources, "app.svg"), "utf8"));
  const images: readonly Sized[] = appSizes.map((size) => ({ size, png: pngOf(rasterise(drawing, size)) }));
  const packaged = join(distDir, "icons");
  return [
    // What electron-builder takes for each system.
    ...images.map(({ size, png }): File => [join(packaged, "linux", `${size}x${size}.png`), png]),
    [join(packaged, "anslut.ico"), icoOf(images.filter(({ size }) => size <= 256))],
    [join(packaged, "anslut.icns"), icnsOf(images)],
    ...images
      .filter(({ size }) => size === 256)
      .map(({ png }): File => [join(distDir, "desktop", "icons", "icon-256.png"), png]),
  ];
}

async function trayFiles(sources: string): Promise<readonly File[]> {
  const files: File[] = [];
  for (const name of trayNames) {
    const svg = await readFile(join(sources, `tray-${name}.svg`), "utf8");
    for (const [picture, drawing] of trayDrawings(svg)) {
      for (const [suffix, size] of traySizes) {
        const path = join(distDir, "desktop", "icons", `tray-${name}-${picture}${suffix}.png`);
        files.push([path, pngOf(rasterise(drawing, size))]);
      }
    }
  }
  return files;
}

/** On either ground, and as a template, of which macOS takes the shape alone. */
function trayDrawings(svg: string): readonly (readonly [picture: string, drawing: Drawing])[] {
  const onGrounds = Object.entries(inks).map(([ground, { ink, outline }]) => {
    const drawing = readDrawing(svg.replaceAll("#000000", ink));
    return [`on-${ground}`, outlined(drawing, outlineWidth, outline)] as const;
  });
  return [...onGrounds, ["template", readDrawing(svg)]];
}
