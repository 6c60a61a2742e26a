import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./run.ts";

const sources = join(import.meta.dirname, "wire");

/**
 * Path of the compiled `wire` program; builds it when its sources have changed. Its name carries their hash, so that
 * two labs starting at once may both build it and neither sees half a file.
 */
export async function wireProgram(checkout: string): Promise<string> {
  const names = (await readdir(sources)).filter((name) => /\.go$|^go\.mod$/.test(name)).sort();
  const hash = createHash("sha256");
  for (const name of names) hash.update(name).update(await readFile(join(sources, name)));
  const directory = join(checkout, ".cache", "lab");
  const program = join(directory, `wire-${hash.digest("hex").slice(0, 16)}`);
  if (await exists(program)) return program;
  await mkdir(directory, { recursive: true });
  const fresh = `${program}.${process.pid}`;
  await run("go", ["build", "-trimpath", "-ldflags=-s -w", "-o", fresh, "."], {
    cwd: sources,
    env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" },
  });
  await rename(fresh, program);
  return program;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
