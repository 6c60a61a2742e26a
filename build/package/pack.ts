import { join, relative } from "node:path";
import { build, Platform } from "electron-builder";
import { cacheDir, root } from "../paths.ts";
import { gatherParts, type Target } from "./parts.ts";

export interface PackOptions {
  readonly target: Target;
  /** Folder of an unpacked Electron runtime for that system. */
  readonly electron: string;
  /** Folder of the system's own parts. */
  readonly parts: string;
  readonly output: string;
}

const platforms = { linux: Platform.LINUX, windows: Platform.WINDOWS } as const;

/** Makes the program's folder. Fetches nothing. */
export async function pack({ target, electron, parts, output }: PackOptions): Promise<void> {
  const gathered = join(cacheDir, "package", target);
  await gatherParts(target, parts, gathered);
  // electron-builder takes it as a path from the project's folder.
  process.env.ANSLUT_PARTS = relative(root, gathered);
  await build({
    projectDir: root,
    targets: platforms[target].createTarget("dir"),
    publish: "never",
    config: {
      extends: join(root, "electron-builder.yml"),
      electronDist: electron,
      directories: { app: "dist", output },
    },
  });
}
