import { join } from "node:path";
import type { App } from "electron";

/** Where the parts of an installed program, or of a checkout's dist/, lie. */
export interface ProgramFolders {
  /** The window's page, as the build made it. */
  readonly page: string;
  readonly preload: string;
  readonly icons: string;
  readonly about: string;
  /** Node and the agent's program that runs on it. */
  readonly runtime: string;
  readonly agent: string;
}

/** `here`: the folder of main's own file. */
export function programFolders(app: Pick<App, "isPackaged">, here: string, platform: NodeJS.Platform): ProgramFolders {
  // electron-builder.yml, extraResources: outside of the archive, because other programs open these files.
  const installed = app.isPackaged ? join(process.resourcesPath, "anslut") : join(here, "..", "..");
  return {
    page: join(here, "..", "window"),
    preload: join(here, "..", "preload", "preload.cjs"),
    icons: join(here, "..", "icons"),
    about: join(here, "..", "about.json"),
    runtime: join(installed, platform === "win32" ? "node.exe" : "node"),
    agent: join(installed, "agent.mjs"),
  };
}
