import { readFile } from "node:fs/promises";
import type { PortalVisit } from "../../../app/desktop/bridge/portal-visit.ts";
import type { Shell } from "../../../app/desktop/bridge/shell.ts";
import { startHelper } from "../../../app/desktop/bridge/start-helper.ts";
import { CauseError } from "../../../contract/causes.ts";
import { decodeAbout } from "../../../contract/window.ts";
import type { PortalServer } from "./portal-server.ts";
import type { PageAct } from "./wire.ts";

export interface StageShellOptions {
  readonly tell: (act: PageAct) => void;
  readonly visit: PortalVisit;
  readonly portal: PortalServer;
  readonly aboutFile: string;
}

/** What the window needs of the system, by the browser that it runs in. */
export function stageShell({ tell, visit, portal, aboutFile }: StageShellOptions): Shell {
  let isShown = false;
  return {
    about: async () => decodeAbout(JSON.parse(await readFile(aboutFile, "utf8"))),
    copy: async (text) => tell({ act: "copy", text }),
    openLink: () => Promise.reject(new CauseError("notFound", "the stage opens no links")),
    print: async () => {
      tell({ act: "print" });
      return "done";
    },
    save: async (name, text) => {
      tell({ act: "save", name, text });
      return "done";
    },
    showPortal: async (place) => {
      const opens = place !== null && !isShown;
      isShown = place !== null;
      if (!opens) return tell({ act: "frame", address: null, place });
      try {
        const { gate, load } = await visit.enter();
        tell({ act: "frame", address: load === null ? null : portal.enter(gate, load), place });
      } catch (error) {
        isShown = false;
        throw error;
      }
    },
    startHelper: () => startHelper(process.platform),
  };
}
