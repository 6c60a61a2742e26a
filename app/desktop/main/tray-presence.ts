import { execFile } from "node:child_process";
import { promisify } from "node:util";

const question = [
  "--session",
  "--print-reply=literal",
  "--dest=org.freedesktop.DBus",
  "/org/freedesktop/DBus",
  "org.freedesktop.DBus.NameHasOwner",
  "string:org.kde.StatusNotifierWatcher",
];

/**
 * Whether an icon in the tray would be seen. On Linux it is where something on the session bus watches for them (StatusNotifierItem); a desktop
 * without one shows none and says nothing, so when in doubt there is none, and the window is not hidden behind it.
 */
export async function hasTray(platform: NodeJS.Platform): Promise<boolean> {
  if (platform !== "linux") return true;
  try {
    const { stdout } = await promisify(execFile)("/usr/bin/dbus-send", question, { timeout: 2000 });
    return /boolean\s+true/.test(stdout);
  } catch {
    return false;
  }
}
