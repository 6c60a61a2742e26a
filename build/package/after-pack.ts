import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { FuseV1Options, FuseVersion, flipFuses } from "@electron/fuses";
import type { AfterPackContext } from "electron-builder";
import { partsOf } from "./parts.ts";

/**
 * What the packed Electron can no longer be talked into, by whomever: to be a Node that runs any script under our name, to load code that
 * is named in the environment, to open a debugger, to load a program from anywhere but the archive whose hash it knows.
 */
export async function afterPack(context: AfterPackContext): Promise<void> {
  const { appOutDir, electronPlatformName } = context;
  if (electronPlatformName !== "darwin") {
    // It comes with a runtime that is given as a folder, and would run where ours cannot be read.
    await rm(join(appOutDir, "resources", "default_app.asar"), { force: true });
  }
  await lookForParts(context);
  const program = programOf(context);
  if (!(await readdir(appOutDir)).includes(program)) throw new Error(`there is no ${program} in ${appOutDir}`);
  await flipFuses(join(appOutDir, program), {
    version: FuseVersion.V1,
    // A fuse that a newer Electron adds must be decided on here, not left to its default.
    strictlyRequireAllFuses: true,
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: false,
    // Electron checks it on Windows and macOS; on Linux the folder is root's.
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
    [FuseV1Options.WasmTrapHandlers]: true,
  });
}

/** electron-builder warns of an extra resource that is not there, and goes on: such a program would start without its agent. */
async function lookForParts({ appOutDir, electronPlatformName }: AfterPackContext): Promise<void> {
  const target = ({ linux: "linux", win32: "windows" } as const)[electronPlatformName];
  if (target === undefined) return;
  const folder = join(appOutDir, "resources", "anslut");
  const missing = partsOf(target).filter((part) => !existsSync(join(folder, part)));
  if (missing.length > 0) throw new Error(`missing in ${folder}: ${missing.join(", ")}`);
}

function programOf({ electronPlatformName, packager }: AfterPackContext): string {
  const { productFilename } = packager.appInfo;
  if (electronPlatformName === "darwin") return `${productFilename}.app`;
  if (electronPlatformName === "win32") return `${productFilename}.exe`;
  const named = "executableName" in packager ? packager.executableName : undefined;
  return typeof named === "string" ? named : productFilename;
}
