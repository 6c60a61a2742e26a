import { join } from "node:path";
import type { App } from "electron";
import type { AgentRuntime } from "../../face/agent-start.ts";

/** Where the parts of an installed program, or of a checkout's dist/, lie. */
export interface ProgramFolders {
  /** The window's page, as the build made it. */
  readonly page: string;
  readonly preload: string;
  readonly icons: string;
  readonly about: string;
  /** The program's picture as a file that other programs can open. */
  readonly picture: string;
  /** What the agent is started as. */
  readonly runtime: AgentRuntime;
}

/** `here`: the folder of main's own file. */
export function programFolders(app: Pick<App, "isPackaged">, here: string, platform: NodeJS.Platform): ProgramFolders {
  // electron-builder.yml, extraResources: outside of the archive, because other programs open these files.
  const installed = app.isPackaged ? join(process.resourcesPath, "anslut") : join(here, "..", "..");
  return {
    page: join(here, "..", "..", "window"),
    preload: join(here, "..", "preload", "preload.cjs"),
    icons: join(here, "..", "icons"),
    about: join(here, "..", "about.json"),
    picture: join(installed, "anslut.png"),
    runtime: {
      node: join(installed, platform === "win32" ? "node.exe" : "node"),
      program: join(installed, "agent.mjs"),
    },
  };
}
