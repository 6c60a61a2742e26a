import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { app, type BrowserWindow, clipboard, dialog, shell } from "electron";
import { CauseError, failureOf } from "../../../contract/causes.ts";
import { type About, decodeAbout } from "../../../contract/window.ts";
import type { Choice, LinkName, Shell } from "../bridge/shell.ts";
import { startHelper } from "../bridge/start-helper.ts";
import type { Texts } from "../tray/texts.ts";
import { linkAddress, namedLinks } from "./links.ts";
import type { PortalView } from "./portal-view.ts";

export interface ElectronShellOptions {
  readonly window: BrowserWindow;
  readonly portal: PortalView;
  /** The generated list of parts and licences. */
  readonly aboutFile: string;
  readonly hasTray: boolean;
  readonly texts: { readonly now: Texts };
}

/** What the window needs of the system, by Electron. */
export function electronShell({ window, portal, aboutFile, hasTray, texts }: ElectronShellOptions): Shell {
  return {
    about: () => about(aboutFile, hasTray),
    copy: async (text) => clipboard.writeText(text),
    openLink,
    print: () => print(window),
    save: (name, text) => save(window, name, text, texts.now),
    showPortal: (place) => portal.show(place),
    startHelper: () => startHelper(process.platform),
  };
}

/** The one function that opens anything outside. */
export async function openLink(link: LinkName): Promise<void> {
  const address = linkAddress(link);
  if (address === null) throw new CauseError("notFound", `this build names no address for ${link}`);
  await shell.openExternal(address);
}

async function about(file: string, tray: boolean): Promise<About> {
  const generated = decodeAbout(JSON.parse(await readFile(file, "utf8")));
  const { electron = "", chrome = "" } = process.versions;
  const own = [
    { name: "Electron", version: electron },
    { name: "Chromium", version: chrome },
  ];
  return { ...generated, parts: [...own, ...generated.parts], tray, links: namedLinks() };
}

function print(window: BrowserWindow): Promise<Choice> {
  const { promise, resolve, reject } = Promise.withResolvers<Choice>();
  window.webContents.print({ printBackground: false }, (success, reason) => {
    if (success) resolve("done");
    else if (/cancel/i.test(reason)) resolve("declined");
    else reject(new CauseError("internal", reason));
  });
  return promise;
}

async function save(window: BrowserWindow, name: string, text: string, { say }: Texts): Promise<Choice> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title: say("dialogue.save"),
    defaultPath: join(app.getPath("documents"), name),
  });
  if (canceled || filePath === "") return "declined";
  await writeFile(filePath, text).catch((error: unknown) => {
    throw new CauseError("diskFault", failureOf(error).detail);
  });
  return "done";
}
