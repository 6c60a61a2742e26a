import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "electron-vite";
import { aboutOf } from "../licences/about.ts";
import { distDir, root } from "../paths.ts";
import { replaceFile } from "../replace.ts";
import type { Built, Step } from "./step.ts";

/** The desktop program around its window: main and preload (electron.vite.config.ts), its package.json, and what "about" shows. */
export const desktopStep: Step = { name: "desktop", run: buildDesktop };

async function buildDesktop(): Promise<Built> {
  await build({ root, configFile: join(root, "electron.vite.config.ts"), logLevel: "error" });
  const description = join(distDir, "package.json");
  const about = join(distDir, "desktop", "about.json");
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as Manifest;
  const { version, license } = manifest;
  // Electron reads from it what to start, and by which desktop entry a Linux desktop knows it (app/desktop/main/desktop-entry.ts); dist/ is what electron-builder packs.
  const names = { name: "anslut", productName: "Anslut", desktopName: "anslut.desktop" };
  const own = { ...names, version, license, main: "desktop/main/main.mjs" };
  await replaceFile(description, `${JSON.stringify({ ...own, description: manifest.description }, undefined, 2)}\n`);
  await replaceFile(about, JSON.stringify(await aboutOf(version)));
  const read = [
    "app/desktop",
    "app/face",
    "app/core",
    "contract",
    "resources",
    "electron.vite.config.ts",
    "build/licences",
  ];
  return {
    inputs: [...read.map((path) => join(root, path)), join(root, "package.json"), join(root, "native", "go.mod")],
    outputs: [
      join(distDir, "desktop", "main", "main.mjs"),
      join(distDir, "desktop", "preload", "preload.cjs"),
      description,
      about,
    ],
  };
}

interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly description: string;
}
