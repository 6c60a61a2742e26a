import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { lstat, mkdir, open } from "node:fs/promises";
import { CauseError, failureOf } from "../../../contract/causes.ts";

// A directory that another user could write to would let him put his own socket or key there (SECURITY, Agent);
// a symbolic link would let him choose where ours go.

/** Makes `path` (and its parents) a directory of this user alone, or throws `forbidden` when it is something else. */
export async function privateDir(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw new CauseError("diskFault", error.message);
  });
  const stat = await lstat(path).catch((error: unknown) => {
    throw new CauseError("diskFault", failureOf(error).detail);
  });
  const fault = !stat.isDirectory()
    ? "is no directory"
    : stat.uid !== process.getuid?.()
      ? `belongs to uid ${stat.uid}`
      : (stat.mode & 0o077) !== 0
        ? `may be entered by others (mode ${(stat.mode & 0o777).toString(8)})`
        : undefined;
  if (fault !== undefined) throw new CauseError("forbidden", `${path} ${fault}`);
}

const keyBytes = 32;

/**
 * The key that proves to faces that they speak to the agent of this user, and to the agent that they are his. Made on
 * first use; kept as long as it is a plain file of this user alone, else `forbidden`.
 */
export async function readOrMakeKey(path: string): Promise<Buffer> {
  try {
    const file = await open(
      path,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
      0o600,
    );
    try {
      const key = randomBytes(keyBytes);
      await file.write(key);
      return key;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) {
      throw new CauseError("diskFault", failureOf(error).detail);
    }
    return await readKey(path);
  }
}

async function readKey(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
    throw new CauseError("forbidden", failureOf(error).detail);
  });
  try {
    const stat = await file.stat();
    const key = await file.readFile();
    const good =
      stat.isFile() && stat.uid === process.getuid?.() && (stat.mode & 0o077) === 0 && key.length === keyBytes;
    if (!good) throw new CauseError("forbidden", `${path} is no key file of this user`);
    return key;
  } finally {
    await file.close();
  }
}
