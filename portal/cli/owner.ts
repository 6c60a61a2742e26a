import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, statSync } from "node:fs";
import { Problem } from "../web/store/problem.ts";

export const webUser = "anslut-web";
export const frontUser = "anslut-front";

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** uid and gid of a user of this computer; {@link Problem} `userMissing` when there is none. */
export function ownerOf(user: string): Owner {
  const id = (flag: string) =>
    Number(execFileSync("/usr/bin/id", [flag, user], { stdio: ["ignore", "pipe", "ignore"] }));
  try {
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    throw new Problem("internal", "userMissing", { user });
  }
}

export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** Makes the data directory: 0700, and web's when root makes it. One that is there keeps its owner. */
export function makeDataDirectory(data: string): void {
  if (existsSync(data)) return;
  const owner = isRoot() ? ownerOf(webUser) : undefined;
  mkdirSync(data, { recursive: true, mode: 0o700 });
  if (owner !== undefined) chownSync(data, owner.uid, owner.gid);
}

/**
 * Root steps down to the owner of the data directory before it touches anything in it. So no file there ever belongs to
 * root, and links that a broken-into web may have laid there lead root nowhere.
 */
export function becomeOwner(data: string): void {
  if (!isRoot() || !existsSync(data)) return;
  const { uid, gid } = statSync(data);
  if (uid === 0) return;
  process.setgroups?.([gid]);
  process.setegid?.(gid);
  process.seteuid?.(uid);
}
