import { existsSync } from "node:fs";
import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir, distDir } from "../paths.ts";

export type Target = "linux" | "windows";

/** Of no system in particular; the build makes them. */
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

/** What must lie in `resources/anslut` of a packed program: electron-builder.yml puts it there, and passes over what it does not find. */
export function partsOf(target: Target): readonly string[] {
  return [
    ...common,
    ...own[target],
    "anslut.png",
    ...(target === "linux" ? ["share/applications/anslut.desktop"] : []),
  ];
}

/**
 * Sees to it that what electron-builder.yml names is there. `given`: a folder with another system's own parts, laid out as they are installed; they are
 * copied to where that file looks for them.
 * @throws with what is missing
 */
export async function gatherParts(target: Target, given: string | undefined): Promise<void> {
  const source = target === "linux" ? distDir : given;
  const missing = [
    ...common.filter((part) => !existsSync(join(distDir, part))).map((part) => join(distDir, part)),
    ...own[target]
      .filter((part) => source === undefined || !existsSync(join(source, part)))
      .map((part) => join(source ?? "--parts", part)),
  ];
  if (missing.length > 0) throw new Error(`missing for ${target}: ${missing.join(", ")}`);
  if (target === "linux" || source === undefined) return;
  const into = join(cacheDir, "package", target);
  await rm(into, { recursive: true, force: true });
  await mkdir(into, { recursive: true });
  for (const part of own[target]) await cp(join(source, part), join(into, part), { recursive: true });
}
