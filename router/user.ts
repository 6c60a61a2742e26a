import { chown, mkdir, readFile } from "node:fs/promises";
import { RouterProblem } from "./problem.ts";

/** Whom the program runs as, and whom its files belong to. */
export const routerUser = "anslut-router";

/** The process, as far as this file changes it. */
export interface Identity {
  getuid(): number;
  setgroups(groups: readonly number[]): void;
  setgid(gid: number): void;
  setuid(uid: number): void;
}

export interface UserEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Throws RouterProblem `wrongUser` unless the program runs as anslut-router: a file made as another user would lock the service out. */
export async function requireRouterUser(identity: Identity, passwd = "/etc/passwd"): Promise<void> {
  const users = await readUsers(passwd);
  const actual = users.find(({ uid }) => uid === identity.getuid());
  if (actual?.name === routerUser) return;
  throw new RouterProblem("wrongUser", { users: routerUser, actual: actual?.name ?? String(identity.getuid()) });
}

/**
 * Makes the data directory and becomes anslut-router. From root all rights are given up for good before a byte goes to the
 * network. Throws RouterProblem where there is no such user, or the program runs as neither of the two.
 */
export async function becomeRouterUser(identity: Identity, directory: string, passwd = "/etc/passwd"): Promise<void> {
  const users = await readUsers(passwd);
  const router = users.find(({ name }) => name === routerUser);
  if (router === undefined) throw new RouterProblem("userMissing", { user: routerUser, directory });
  const uid = identity.getuid();
  if (uid === 0) {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await chown(directory, router.uid, router.gid);
    identity.setgroups([]);
    identity.setgid(router.gid);
    identity.setuid(router.uid);
    return;
  }
  if (uid === router.uid) return;
  const actual = users.find((user) => user.uid === uid)?.name ?? String(uid);
  throw new RouterProblem("wrongUser", { users: `root, ${routerUser}`, actual });
}

async function readUsers(passwd: string): Promise<readonly UserEntry[]> {
  const text = await readFile(passwd, "utf8");
  return text.split("\n").flatMap((line) => {
    const [name, , uid, gid] = line.split(":");
    return name === undefined || uid === undefined ? [] : [{ name, uid: Number(uid), gid: Number(gid) }];
  });
}
