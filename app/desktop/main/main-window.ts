import { app, BrowserWindow, nativeTheme, type Session } from "electron";
import { pageAddress } from "./app-protocol.ts";
import { pinNavigation } from "./refusals.ts";

export interface MainWindowOptions {
  readonly session: Session;
  readonly preload: string;
  readonly icon: string;
}

/** Colours of `--ground` in ui/tokens.css, so that nothing flashes before the first paint. */
const ground = { light: "#f4f5f3", dark: "#14181a" } as const;

/** Makes the window; it shows itself once there is something to see, unless it is to stay hidden. */
export function makeMainWindow({ session, preload, icon }: MainWindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    title: "Anslut",
    icon,
    width: 1120,
    height: 760,
    minWidth: 640,
    minHeight: 480,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? ground.dark : ground.light,
    webPreferences: {
      session,
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  // The page has one address and stays there; a reload is no navigation of its own.
  pinNavigation(window.webContents, () => false);
  return window;
}

export async function loadMainWindow(window: BrowserWindow, isHidden: boolean): Promise<void> {
  if (!isHidden) window.once("ready-to-show", () => window.show());
  await window.loadURL(pageAddress);
}
