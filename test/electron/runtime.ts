import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const checkout = dirname(dirname(import.meta.dirname));

export interface Runtime {
  readonly program: string;
  readonly major: number;
}

/**
 * Electron's runtime where one is at hand: where npm has put it, or where ELECTRON_OVERRIDE_DIST_PATH points to. Undefined without
 * one, or without a display or an Xvfb to show it on.
 */
export function runtimeHere(): Runtime | undefined {
  const folders = [process.env.ELECTRON_OVERRIDE_DIST_PATH, join(checkout, "node_modules", "electron", "dist")];
  const folder = folders.find((path) => path !== undefined && existsSync(join(path, "electron")));
  const canShow = process.env.DISPLAY !== undefined || existsSync(xvfb);
  if (folder === undefined || !canShow) return undefined;
  const version = readFileSync(join(folder, "version"), "utf8").trim().replace(/^v/, "");
  return { program: join(folder, "electron"), major: Number(version.split(".")[0]) };
}

export const xvfb = "/usr/bin/Xvfb";
