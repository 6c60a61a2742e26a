import { chmod, copyFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

// A lab may be running from dist/ while it is built anew: a file there is replaced whole by rename(2), never written
// in place, so nobody reads half a program and a running binary is not "text file busy".

/** Puts `content` at `path` in one step. */
export async function replaceFile(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  await replace(path, async (temporary) => {
    await writeFile(temporary, content);
    await chmod(temporary, mode);
  });
}

/** Puts a copy of the file `source` at `path` in one step. */
export async function replaceByCopy(path: string, source: string, mode = 0o644): Promise<void> {
  await replace(path, async (temporary) => {
    await copyFile(source, temporary);
    await chmod(temporary, mode);
  });
}

/** Lets `make` write a file or folder beside `path`, then puts it in the place of `path`. */
export async function replace(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${process.pid}.new`;
  const old = `${path}.${process.pid}.old`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await make(temporary);
    await rename(temporary, path).catch(async (error: NodeJS.ErrnoException) => {
      // rename(2) does not replace a folder that has something in it.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
      await rename(path, old);
      await rename(temporary, path);
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}
