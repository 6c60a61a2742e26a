import { constants } from "node:fs";
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Writes a file that holds after a power cut either what it held before or all of `text`: written beside it, synced,
 * renamed over it, and the directory synced, because a rename is no more durable than its directory (rename(2), fsync(2)).
 * Readable and writable for its owner alone. What a cut leaves beside it is overwritten by the next write.
 */
export async function writeDurably(path: string, text: string): Promise<void> {
  const beside = `${path}.new`;
  const file = await open(
    beside,
    constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW,
    0o600,
  );
  try {
    await file.chmod(0o600); // one that was left over keeps its old mode through open
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  const directory = await open(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
