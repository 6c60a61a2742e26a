import { app, Menu, nativeTheme } from "electron";
import type { AgentLink } from "../bridge/agent-link.ts";
import type { MachineBook } from "../bridge/machine-book.ts";
import { Notices } from "../tray/notices.ts";
import { languageFor, type Texts, textsIn } from "../tray/texts.ts";
import { trayModel } from "../tray/tray-menu.ts";
import type { Acts } from "./acts.ts";
import { openLink } from "./electron-shell.ts";
import { linkAddress } from "./links.ts";
import { menuTemplate } from "./menu.ts";
import { preferenceFollower } from "./preferences.ts";
import { setStartAtLogin } from "./start-at-login.ts";
import { TrayIconInBar } from "./tray.ts";
import type { TrayPresence } from "./tray-presence.ts";

export interface SurroundingsOptions {
  readonly link: AgentLink;
  readonly book: MachineBook;
  readonly acts: Acts;
  readonly icons: string;
  readonly presence: TrayPresence;
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
  const { link, book, acts, icons, presence, isLookedAt } = options;
  const { platform } = process;
  const model = () => trayModel({ link: link.status, state: link.state, book: book.entries }, texts.now);
  let tray: TrayIconInBar | undefined;
  const makeTray = (): void => {
    // One that is there finds a panel that comes again by itself.
    tray ??= new TrayIconInBar(
      { icons, platform, act: (act) => acts.perform(act), onClick: () => acts.comeForward() },
      model(),
    );
  };
  if (presence.isThere) makeTray();
  presence.onCome(makeTray);
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
  const notices = new Notices();
  if (link.state !== undefined) notices.next(link.state, texts.now);
  link.follow({
    status: drawTray,
    state: (state) => {
      followPreferences(state);
      drawTray();
      const news = notices.next(state, texts.now);
      if (!isLookedAt()) for (const notice of news) acts.notify(notice);
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
    showKeys: () => acts.showKeys(),
    openDocumentation:
      linkAddress("documentation") === null
        ? null
        : () => void openLink("documentation").catch(() => acts.open("about")),
    quit: () => acts.perform({ does: "quit" }),
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate([...template]));
}
