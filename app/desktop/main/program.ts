import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { app, type BrowserWindow, dialog, Notification, powerMonitor, session, WebContentsView } from "electron";
import { type AgentPlace, agentPlace } from "../../face/agent-place.ts";
import { AgentLink } from "../bridge/agent-link.ts";
import { attachAgent, openPortalStream } from "../bridge/attach-agent.ts";
import { machineOfArguments } from "../bridge/deep-link.ts";
import { MachineBook } from "../bridge/machine-book.ts";
import { WindowService } from "../bridge/window-service.ts";
import { Acts } from "./acts.ts";
import { pageOrigin, servePage } from "./app-protocol.ts";
import { electronShell } from "./electron-shell.ts";
import { Leaving } from "./leaving.ts";
import { handleLinks } from "./link-handler.ts";
import { loadMainWindow, makeMainWindow } from "./main-window.ts";
import { notifier } from "./notifications.ts";
import { PortalView } from "./portal-view.ts";
import { type ProgramFolders, programFolders } from "./program-folders.ts";
import { closeSession } from "./refusals.ts";
import { hiddenWord } from "./start-at-login.ts";
import { CurrentTexts, followState } from "./surroundings.ts";
import { followSystem } from "./system-events.ts";
import { hasTray, TrayPresence } from "./tray-presence.ts";
import { openChannel, pushTo } from "./window-channel.ts";

/** Puts the parts together, once Electron is ready. What they do is theirs. */
export async function openProgram(): Promise<void> {
  const folders = programFolders(app, import.meta.dirname, process.platform);
  const place = agentPlace(process.env);
  const link = makeLink(folders, place);
  const book = new MachineBook(link);
  const texts = new CurrentTexts();
  const presence = new TrayPresence({ ask: () => hasTray(process.platform), wait: delay });
  await presence.look();
  const window = openWindow(folders);

  const portal = new PortalView({
    window,
    session: session.fromPartition("portal", { cache: false }),
    makeView: (webPreferences) => new WebContentsView({ webPreferences }),
    link,
    open: () => openPortalStream(place),
    now: Date.now,
    onConnectLink: (machine) => service.askToConnect(machine, ""),
  });
  const shell = electronShell({ window, portal, aboutFile: folders.about, presence, texts });
  const push = pushTo(() => (window.isDestroyed() ? undefined : window.webContents));
  const service = new WindowService({ link, book, shell, schedule, push });
  openChannel(window.webContents, service);
  const leaving = new Leaving({ app, dialog, window, link, texts, staysBehind: () => presence.look() });
  const notify = notifier(Notification);
  const acts = new Acts({ window, link, book, service, quit: () => leaving.quit(), texts, notify });
  const isLookedAt = (): boolean => window.isVisible() && window.isFocused();
  const around = { link, book, acts, icons: folders.icons, presence, isLookedAt };
  followState(around, texts);
  followSystem({ app, powerMonitor, link, acts });
  const own = { program: process.execPath, icon: folders.picture };
  // Without it links do not open, and everything else works.
  void handleLinks({ app, platform: process.platform, environment: process.env, ...own }).catch(() => {});
  app.on("will-quit", () => {
    service.close();
    portal.close();
    link.close();
  });

  void link.run();
  const asked = machineOfArguments(process.argv);
  if (asked !== undefined) service.askToConnect(asked, "");
  const isHidden = process.argv.includes(hiddenWord) && asked === undefined;
  await loadMainWindow(window, isHidden);
  // Hidden behind nothing it would be lost.
  if (isHidden && !(await presence.come()) && !window.isDestroyed()) window.show();
}

function makeLink({ runtime }: ProgramFolders, place: AgentPlace): AgentLink {
  return new AgentLink({
    attach: () => attachAgent(place, process.env, runtime),
    wait: (milliseconds, signal) => delay(milliseconds, undefined, { signal }).catch(() => {}),
    now: () => performance.now(),
    random: Math.random,
  });
}

function openWindow({ page, preload, icons }: ProgramFolders): BrowserWindow {
  const own = session.fromPartition("window", { cache: false });
  closeSession(own, (address) => address.startsWith(`${pageOrigin}/`) || address.startsWith("devtools://"));
  servePage(own, page);
  return makeMainWindow({ session: own, preload, icon: join(icons, "icon-256.png") });
}

function schedule(task: () => void, milliseconds: number): () => void {
  const timer = setTimeout(task, milliseconds);
  return () => clearTimeout(timer);
}
