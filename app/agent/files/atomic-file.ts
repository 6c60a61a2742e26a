import { constants } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { CauseError, failureOf } from "../../../contract/causes.ts";

let written = 0;

/**
 * Writes a file of this user alone so that after a crash or power cut there is the old content or the new one: written
 * beside it, synced, renamed over it, directory synced. Throws `diskFault`.
 */
export async function writeWhole(path: string, content: string | AsyncIterable<string>): Promise<void> {
  const temporary = `${path}.${process.pid}.${++written}.new`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new CauseError("diskFault", failureOf(error).detail);
  }
}

async function syncDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return; // directories cannot be opened there
  const directory = await open(path, constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
