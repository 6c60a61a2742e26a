import { app, Menu, nativeTheme, powerMonitor } from "electron";
import type { AgentLink } from "../bridge/agent-link.ts";
import { machineOfArguments, machineOfLink } from "../bridge/deep-link.ts";
import type { MachineBook } from "../bridge/machine-book.ts";
import { noticesOf } from "../tray/notices.ts";
import { languageFor, type Texts, textsIn } from "../tray/texts.ts";
import { trayModel } from "../tray/tray-menu.ts";
import type { Acts } from "./acts.ts";
import { openLink } from "./electron-shell.ts";
import { menuTemplate } from "./menu.ts";
import { notify } from "./notifications.ts";
import { preferenceFollower } from "./preferences.ts";
import { setStartAtLogin } from "./start-at-login.ts";
import { TrayIconInBar } from "./tray.ts";

export interface SurroundingsOptions {
  readonly link: AgentLink;
  readonly book: MachineBook;
  readonly acts: Acts;
  readonly icons: string;
  readonly hasTray: boolean;
  readonly isLookedAt: () => boolean;
}

/** The language's texts at this moment. */
export class CurrentTexts {
  #texts = textsIn(languageFor(null, app.getPreferredSystemLanguages()));

  get now(): Texts {
    return this.#texts;
  }

  set(language: Parameters<typeof languageFor>[0]): void {
    this.#texts = textsIn(languageFor(language, app.getPreferredSystemLanguages()));
  }
}

/** What stands around the window and follows the state: menu, tray, notifications, theme, start at login. */
export function followState(options: SurroundingsOptions, texts: CurrentTexts): void {
  const { link, book, acts, icons, hasTray, isLookedAt } = options;
  const { platform } = process;
  const model = () => trayModel({ link: link.status, state: link.state, book: book.entries }, texts.now);
  const tray = hasTray
    ? new TrayIconInBar(
        { icons, platform, act: (act) => acts.perform(act), onClick: () => acts.comeForward() },
        model(),
      )
    : undefined;
  const drawTray = (): void => tray?.show(model());
  const drawMenu = (): void => setMenu(texts.now, acts);

  const followPreferences = preferenceFollower({
    setLanguage: (language) => {
      texts.set(language);
      drawMenu();
    },
    setTheme: (theme) => {
      // High contrast is the page's own palette; the system's dialogues have the system's.
      nativeTheme.themeSource = theme === "contrast" ? "system" : theme;
    },
    setStartAtLogin: (isWanted) => void setStartAtLogin(app, platform, isWanted).catch(() => {}),
  });
  let before = link.state;
  link.follow({
    status: drawTray,
    state: (state) => {
      followPreferences(state);
      drawTray();
      const notices = isLookedAt() ? [] : noticesOf(before, state, texts.now);
      for (const notice of notices) notify(notice, (place) => acts.open(place));
      before = state;
    },
  });
  book.onPart(drawTray);
  nativeTheme.on("updated", drawTray);
  app.on("will-quit", () => tray?.close());
  drawMenu();
}

function setMenu(texts: Texts, acts: Acts): void {
  const template = menuTemplate(texts, process.platform, {
    open: (place) => acts.open(place),
    dial: () => acts.perform({ does: "dial" }),
    hangUp: () => acts.perform({ does: "hangUp" }),
    disconnectAll: () => acts.tell({ type: "disconnect", machine: null }),
    openDocumentation: () => void openLink("documentation").catch(() => acts.open("about")),
    quit: () => acts.perform({ does: "quit" }),
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate([...template]));
}

/** What the system calls: its sleep, a second start, a link, a click on the dock. */
export function followSystem(link: AgentLink, acts: Acts): void {
  const tellSleep = (event: "suspend" | "resume"): void => {
    // The agent notices a sleep by itself, too; this is only sooner.
    link.connection?.request({ type: "power", event }).catch(() => {});
  };
  powerMonitor.on("suspend", () => tellSleep("suspend"));
  powerMonitor.on("resume", () => tellSleep("resume"));
  app.on("second-instance", (_event, words) => acts.askToConnect(machineOfArguments(words)));
  app.on("open-url", (event, address) => {
    event.preventDefault();
    acts.askToConnect(machineOfLink(address));
  });
  app.on("activate", () => acts.comeForward());
  // A checkout's Electron is not what should open the links of this computer.
  if (app.isPackaged) app.setAsDefaultProtocolClient("anslut");
}
