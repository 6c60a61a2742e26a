import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { build } from "esbuild";
import { AgentLink } from "../../../app/desktop/bridge/agent-link.ts";
import { attachAgent, openPortalStream } from "../../../app/desktop/bridge/attach-agent.ts";
import { MachineBook } from "../../../app/desktop/bridge/machine-book.ts";
import { PortalVisit } from "../../../app/desktop/bridge/portal-visit.ts";
import type { WindowService } from "../../../app/desktop/bridge/window-service.ts";
import { agentPlace } from "../../../app/face/agent-place.ts";
import { servePage } from "./page-connection.ts";
import { PageServer } from "./page-server.ts";
import { PortalServer } from "./portal-server.ts";
import { stageShell } from "./stage-shell.ts";
import type { PageAct } from "./wire.ts";

export interface WindowStage {
  /** An address that opens the window once. */
  readonly makeAddress: () => string;
  /** A deep link came, as the system would hand it to Electron. */
  readonly askToConnect: (machine: string) => void;
  readonly close: () => void;
}

/**
 * The desktop's window in a browser, for machines without Electron's runtime: the same page and policy, the same service behind it, the same agent.
 * Only what belongs to the system (dialogues, clipboard, tray, the portal's view) is the browser's. `dist` is the built tree.
 */
export async function openWindowStage(dist: string, environment: NodeJS.ProcessEnv): Promise<WindowStage> {
  const place = agentPlace(environment);
  const runtime = { node: join(dist, "node"), program: join(dist, "agent.mjs") };
  const link = new AgentLink({
    attach: () => attachAgent(place, environment, runtime),
    wait: (milliseconds, signal) => delay(milliseconds, undefined, { signal }).catch(() => {}),
    now: () => performance.now(),
    random: Math.random,
  });
  const book = new MachineBook(link);
  const portal = await PortalServer.open();
  const pages = new Set<WindowService>();
  const server = await PageServer.open({
    folder: join(dist, "window"),
    script: await pageScript(),
    frames: [portal.origin],
    onPage: (socket) => {
      let tellPage: ((act: PageAct) => void) | undefined;
      const visit = new PortalVisit({
        link,
        open: () => openPortalStream(place),
        now: Date.now,
        onLeave: () => {},
        onLook: (words) => tellPage?.({ act: "frameLook", address: portal.look(words) }),
      });
      const aboutFile = join(dist, "desktop", "about.json");
      const service = servePage({
        socket,
        link,
        book,
        shell: (tell) => {
          tellPage = (act) => tell({ says: "act", act });
          return stageShell({ tell: tellPage, visit, portal, aboutFile });
        },
      });
      pages.add(service);
      socket.on("close", () => {
        pages.delete(service);
        visit.close();
      });
    },
  });
  portal.allowFramesOf(server.origin);
  void link.run();
  return {
    makeAddress: () => server.makeAddress(),
    askToConnect: (machine) => {
      for (const page of pages) page.askToConnect(machine, "");
    },
    close: () => {
      server.close();
      portal.close();
      link.close();
    },
  };
}

async function pageScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "page-script.ts")],
    bundle: true,
    write: false,
    format: "iife",
    target: "chrome140",
  });
  return outputFiles[0]?.text ?? "";
}
