import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeDurably } from "./atomic-file.ts";

let directory = "";
const path = () => join(directory, "file.json");

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "anslut-router-"));
});
afterEach(() => rm(directory, { recursive: true }));

test("only the owner may read it, also where a cut left an open one beside it", async () => {
  await writeFile(`${path()}.new`, "half", { mode: 0o666 });
  await writeDurably(path(), "whole");
  expect((await stat(path())).mode & 0o777).toBe(0o600);
  expect(await readdir(directory)).toEqual(["file.json"]);
});

test("a link that lies in the way is not followed", async () => {
  const victim = join(directory, "victim");
  await writeFile(victim, "untouched");
  await symlink(victim, `${path()}.new`);
  await expect(writeDurably(path(), "whole")).rejects.toThrow("ELOOP");
  expect(await readFile(victim, "utf8")).toBe("untouched");
});

test("a writer that is killed at any moment leaves the old text or the new, whole", async () => {
  const writer = fileURLToPath(new URL("../testing/endless-writer.ts", import.meta.url));
  for (let round = 0; round < 4; round++) {
    const child = spawn(process.execPath, [writer, path()]);
    for (let writes = 0; writes <= round * 3; writes++) await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "close");
    expect(await readFile(path(), "utf8")).toMatch(/^(a{500000}|b{500000})$/);
  }
});
