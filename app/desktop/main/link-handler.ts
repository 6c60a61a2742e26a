import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { App } from "electron";
import { desktopEntry, desktopName } from "./desktop-entry.ts";

const scheme = "anslut";
/** By this line we know an entry that we wrote from one that a person or a package did. */
const ownMark = "X-Anslut-Written=true";

export interface LinkHandlerOptions {
  readonly app: Pick<App, "setAsDefaultProtocolClient" | "isPackaged">;
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  readonly program: string;
  /** The program's picture as a file of its own. */
  readonly icon: string;
}

/** Makes this program the one that opens `anslut:` links. */
export async function handleLinks(options: LinkHandlerOptions): Promise<void> {
  const { app, platform, environment, program, icon } = options;
  // A checkout's Electron is not what should open the links of this computer.
  if (!app.isPackaged) return;
  // There the system looks for an entry of that name, and without one the call comes to nothing.
  if (platform === "linux") await keepLinkEntry(environment, program, icon);
  app.setAsDefaultProtocolClient(scheme);
}

/**
 * Keeps the person's own desktop entry, for a program that no package has installed: it names the program where it lies now, and goes when the
 * system has one. An entry of this name that somebody else wrote stays as it is.
 */
export async function keepLinkEntry(
  environment: Readonly<NodeJS.ProcessEnv>,
  program: string,
  icon: string,
): Promise<void> {
  const folder = join(personalData(environment), "applications");
  const path = join(folder, desktopName);
  const present = await readFile(path, "utf8").catch(() => undefined);
  const isOwn = present?.split("\n").includes(ownMark) ?? true;
  if (!isOwn) return;
  if (hasSystemEntry(environment)) return rm(path, { force: true });
  const entry = linkEntry(program, icon);
  if (entry === present) return;
  await mkdir(folder, { recursive: true });
  // Desktops watch the folder: half an entry must never be seen.
  await writeFile(`${path}.new`, entry);
  await rename(`${path}.new`, path);
}

function linkEntry(program: string, icon: string): string {
  return desktopEntry({
    program,
    words: "%u",
    icon,
    more: ["Categories=Network;", `MimeType=x-scheme-handler/${scheme};`, ownMark],
  });
}

/** XDG Base Directory Specification: relative paths do not count. */
function personalData({ XDG_DATA_HOME: configured = "", HOME: home = homedir() }: Readonly<NodeJS.ProcessEnv>): string {
  return isAbsolute(configured) ? configured : join(home, ".local", "share");
}

function hasSystemEntry({ XDG_DATA_DIRS: configured = "" }: Readonly<NodeJS.ProcessEnv>): boolean {
  const folders = configured === "" ? ["/usr/local/share", "/usr/share"] : configured.split(":");
  return folders.filter(isAbsolute).some((folder) => existsSync(join(folder, "applications", desktopName)));
}
