import { existsSync } from "node:fs";
import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { distDir } from "../paths.ts";

export type Target = "linux" | "windows";

/** Of no system in particular. */
const common = ["agent.mjs", "cli.mjs", "node_modules/quickjs-wasi", "node_modules/@napi-rs/keyring"] as const;

/** Of one system; for Linux the build makes them, for others they are given. */
const own: Readonly<Record<Target, readonly string[]>> = {
  linux: ["node", "anslut-helper", "bin/anslut", "node_modules/@napi-rs/keyring-linux-x64-gnu"],
  windows: [
    "node.exe",
    "anslut-helper.exe",
    "bin/anslut.cmd",
    "openvpn/openvpn.exe",
    "node_modules/@napi-rs/keyring-win32-x64-msvc",
  ],
};

/**
 * Puts together in `into` what goes beside Electron (electron-builder.yml, extraResources). `given`: a folder with the system's own parts, laid out as
 * they are installed. On Linux OpenVPN is the distribution's, which the packages depend on.
 * @throws with what is missing
 */
export async function gatherParts(target: Target, given: string, into: string): Promise<void> {
  const missing = [
    ...common.filter((part) => !existsSync(join(distDir, part))).map((part) => join(distDir, part)),
    ...own[target].filter((part) => !existsSync(join(given, part))).map((part) => join(given, part)),
  ];
  if (missing.length > 0) throw new Error(`missing for ${target}: ${missing.join(", ")}`);
  await rm(into, { recursive: true, force: true });
  await mkdir(into, { recursive: true });
  for (const part of common) await cp(join(distDir, part), join(into, part), { recursive: true });
  for (const part of own[target]) await cp(join(given, part), join(into, part), { recursive: true });
}
