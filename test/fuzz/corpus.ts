import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "corpus");

function folderOf(target: string): string {
  return join(folder, target.replaceAll(/[^a-z]+/gi, "-").toLowerCase());
}

/** Inputs that were findings once: they are tried first, each time. */
export function kept(target: string): readonly Buffer[] {
  try {
    return readdirSync(folderOf(target)).map((name) => readFileSync(join(folderOf(target), name)));
  } catch {
    return []; // nothing found yet
  }
}

/** Keeps an input and returns its path. */
export function keep(target: string, input: Uint8Array): string {
  mkdirSync(folderOf(target), { recursive: true });
  const name = createHash("sha256").update(input).digest("hex").slice(0, 16);
  const path = join(folderOf(target), name);
  writeFileSync(path, input);
  return path;
}
