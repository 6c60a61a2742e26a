import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { cacheDir, root } from "./paths.ts";

/** What a build step read and wrote when it last ran; as long as all of it stands unchanged the step is skipped. */
interface Stamp {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly digest: string;
}

/** Whether the step `name` ran before and neither its inputs nor its outputs changed since. */
export async function isFresh(name: string): Promise<boolean> {
  const stamp = await readStamp(name);
  return stamp !== undefined && stamp.digest === digest(stamp);
}

/**
 * Remembers a finished step. `inputs` are files or folders (a file added to a folder counts as a change), `outputs` the
 * files it wrote; both absolute. An input that changed after `startedAtMs` (Unix time) may have been read in its old
 * form, so such a step is not remembered and runs again.
 */
export async function recordStamp(
  name: string,
  { inputs, outputs }: Pick<Stamp, "inputs" | "outputs">,
  startedAtMs: number,
): Promise<void> {
  const files = { inputs: [...new Set([...inputs, ...toolInputs])].sort(), outputs };
  if (files.inputs.flatMap(filesBelow).some((path) => changedAtMs(path) >= startedAtMs)) return;
  const stamp: Stamp = { ...files, digest: digest(files) };
  await mkdir(dirname(stampPath(name)), { recursive: true });
  await writeFile(stampPath(name), JSON.stringify(stamp));
}

/** Forgets a step, so that a failed run is never taken for a finished one. */
export async function forgetStamp(name: string): Promise<void> {
  await rm(stampPath(name), { force: true });
}

// A new version of a package or of the build itself invalidates everything.
const toolInputs = [
  join(root, "package-lock.json"),
  join(root, "tsconfig.json"),
  join(root, "build", "bundle.ts"),
  join(root, "build", "bundle"),
];

function stampPath(name: string): string {
  return join(cacheDir, "bundle", `${name}.json`);
}

async function readStamp(name: string): Promise<Stamp | undefined> {
  try {
    return JSON.parse(await readFile(stampPath(name), "utf8")) as Stamp;
  } catch {
    return undefined;
  }
}

function digest(files: Omit<Stamp, "digest">): string {
  const hash = createHash("sha256");
  for (const path of [...files.inputs, ...files.outputs].flatMap(filesBelow)) {
    hash.update(`${relative(root, path)}\0${describe(path)}\0`);
  }
  return hash.digest("hex");
}

function changedAtMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function describe(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? "missing" : `${stat.size} ${stat.mtimeMs}`;
}

function filesBelow(path: string): readonly string[] {
  if (!existsSync(path) || !statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
