import { mkdir, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { App } from "electron";
import { desktopEntry, desktopName } from "./desktop-entry.ts";

/** Word by which the program knows that nobody asked for its window. */
export const hiddenWord = "--hidden";

/** Lets the program start with the person's session, or not any more. */
export async function setStartAtLogin(
  app: Pick<App, "setLoginItemSettings" | "isPackaged">,
  platform: NodeJS.Platform,
  isWanted: boolean,
): Promise<void> {
  // A checkout's Electron is not what should start tomorrow.
  if (!app.isPackaged) return;
  if (platform === "linux") return setAutostart(process.env, process.execPath, isWanted);
  app.setLoginItemSettings({ openAtLogin: isWanted, args: [hiddenWord] });
}

/** XDG Autostart specification: a desktop entry in the person's own folder, which Electron does not write by itself. */
export async function setAutostart(
  environment: Readonly<NodeJS.ProcessEnv>,
  program: string,
  isWanted: boolean,
): Promise<void> {
  const { XDG_CONFIG_HOME: configured = "", HOME: home = homedir() } = environment;
  const folder = join(isAbsolute(configured) ? configured : join(home, ".config"), "autostart");
  const path = join(folder, desktopName);
  if (!isWanted) return rm(path, { force: true });
  await mkdir(folder, { recursive: true });
  const more = ["X-GNOME-Autostart-enabled=true"];
  await writeFile(path, desktopEntry({ program, words: hiddenWord, icon: "anslut", more }));
}
