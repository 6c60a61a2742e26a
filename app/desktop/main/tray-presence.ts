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

/** A panel that starts with the session, as we do, may come a while after us. */
const patienceMs = 30_000;
const pauseMs = 1000;

export interface TrayPresenceOptions {
  readonly ask: () => Promise<boolean>;
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/** Whether there is a tray: asked again when it matters, because panels come late and go. */
export class TrayPresence {
  readonly #options: TrayPresenceOptions;
  readonly #listeners = new Set<() => void>();
  #isThere = false;

  constructor(options: TrayPresenceOptions) {
    this.#options = options;
  }

  /** As it was when it was asked last. */
  get isThere(): boolean {
    return this.#isThere;
  }

  /** Calls back each time that one has come. */
  onCome(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Asks now. */
  async look(): Promise<boolean> {
    const before = this.#isThere;
    this.#isThere = await this.#options.ask();
    if (this.#isThere && !before) for (const listener of this.#listeners) listener();
    return this.#isThere;
  }

  /** Waits for one, half a minute at most; resolves to whether it has come. */
  async come(): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < patienceMs && !this.#isThere; waitedMs += pauseMs) {
      await this.#options.wait(pauseMs);
      await this.look();
    }
    return this.#isThere;
  }
}
