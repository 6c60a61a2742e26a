import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { becomeInstance } from "../instance.ts";
import { privateDir, readOrMakeKey } from "./private-dir.ts";

let folder: string;
const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "anslut-private-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("a directory of the user alone", () => {
  test("is made with its parents, 0700, and kept", async () => {
    const path = join(folder, "a", "b");
    await privateDir(path);
    await privateDir(path);
    expect(await mode(path)).toBe("700");
    expect(await mode(join(folder, "a"))).toBe("700");
  });

  test("that others may enter is refused", async () => {
    const path = join(folder, "open");
    await mkdir(path);
    await chmod(path, 0o755);
    await expect(privateDir(path)).rejects.toMatchObject({ cause: "forbidden" });
  });

  test("that is a symbolic link or a file is refused", async () => {
    await privateDir(join(folder, "real"));
    await symlink(join(folder, "real"), join(folder, "link"));
    await expect(privateDir(join(folder, "link"))).rejects.toMatchObject({ cause: "forbidden" });
    await writeFile(join(folder, "file"), "");
    await expect(privateDir(join(folder, "file"))).rejects.toMatchObject({ cause: "forbidden" });
  });

  test("that belongs to somebody else is refused", async () => {
    let path = "/usr";
    if (process.getuid?.() === 0) {
      path = join(folder, "foreign");
      await mkdir(path, { mode: 0o700 });
      await chown(path, 65_534, 65_534);
    }
    await expect(privateDir(path)).rejects.toMatchObject({ cause: "forbidden" });
  });
});

describe("the key", () => {
  test("is made once, 0600, and then read", async () => {
    const path = join(folder, "agent.key");
    const key = await readOrMakeKey(path);
    expect(key).toHaveLength(32);
    expect(await readFile(path)).toEqual(key);
    expect(await mode(path)).toBe("600");
    expect(await readOrMakeKey(path)).toEqual(key);
  });

  test("of a length that it cannot have, or that others can read, is refused", async () => {
    const path = join(folder, "agent.key");
    await writeFile(path, "short", { mode: 0o600 });
    await expect(readOrMakeKey(path)).rejects.toMatchObject({ cause: "forbidden" });
    await writeFile(path, Buffer.alloc(32));
    await chmod(path, 0o644);
    await expect(readOrMakeKey(path)).rejects.toMatchObject({ cause: "forbidden" });
  });

  test("that is a symbolic link is refused, also one that leads nowhere", async () => {
    await writeFile(join(folder, "chosen"), Buffer.alloc(32), { mode: 0o600 });
    await symlink(join(folder, "chosen"), join(folder, "agent.key"));
    await expect(readOrMakeKey(join(folder, "agent.key"))).rejects.toMatchObject({ cause: "forbidden" });
    await symlink(join(folder, "nowhere"), join(folder, "other.key"));
    await expect(readOrMakeKey(join(folder, "other.key"))).rejects.toMatchObject({ cause: "forbidden" });
  });
});

describe("the only agent of a user", () => {
  const ping = (path: string) =>
    new Promise<boolean>((resolve) => {
      const socket = connect(path, () => {
        socket.destroy();
        resolve(true);
      });
      socket.on("error", () => resolve(false));
    });

  test("listens; a second one sees that and steps back", async () => {
    const path = join(folder, "agent.sock");
    const first = await becomeInstance(folder, (socket) => socket.destroy());
    expect(first).toBeDefined();
    expect(await becomeInstance(folder, () => undefined)).toBeUndefined();
    expect(await ping(path)).toBe(true);
    await first?.close();
    expect(await ping(path)).toBe(false);
    await expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("takes the place of one that died, also where something else lies there", async () => {
    const path = join(folder, "agent.sock");
    await writeFile(path, "a dead one's");
    const instance = await becomeInstance(folder, (socket) => socket.destroy());
    expect(instance).toBeDefined();
    expect(await ping(path)).toBe(true);
    await instance?.close();
  });
});
