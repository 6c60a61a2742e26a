import { join } from "node:path";
import { build, Platform } from "electron-builder";
import { root } from "../paths.ts";
import { gatherParts, type Target } from "./parts.ts";

export interface PackOptions {
  readonly target: Target;
  /** Folder of an unpacked Electron runtime for that system. */
  readonly electron: string;
  /** Folder of the system's own parts; for Linux the build has made them. */
  readonly parts?: string;
  readonly output: string;
}

const platforms = { linux: Platform.LINUX, windows: Platform.WINDOWS } as const;

/** Makes the program's folder. Fetches nothing. */
export async function pack({ target, electron, parts, output }: PackOptions): Promise<void> {
  await gatherParts(target, parts);
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
