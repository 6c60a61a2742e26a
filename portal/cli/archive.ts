import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Problem } from "../web/store/problem.ts";

const marker = "anslut-portal-backup";
const parts = [marker, "portal.db", "secrets"];

/** A folder in the data directory for work in progress; removed by the returned function. */
export function workFolder(data: string): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(data, ".backup-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Copies the secrets beside a copy of the database and packs both (tar, gzip). */
export function pack(data: string, folder: string): Buffer {
  cpSync(join(data, "secrets"), join(folder, "secrets"), { recursive: true });
  writeFileSync(join(folder, marker), "1\n");
  return execFileSync("/usr/bin/tar", ["-C", folder, "-czf", "-", ...parts], { maxBuffer: 2 ** 31 });
}

/** Unpacks a backup into `folder` and checks that it is one. Names that lead out of the folder are refused by tar. */
export function unpack(bytes: Buffer, folder: string, file: string): void {
  try {
    const args = ["-C", folder, "-xzf", "-", "--no-same-owner", "--no-same-permissions", ...parts];
    execFileSync("/usr/bin/tar", args, { input: bytes, stdio: ["pipe", "ignore", "ignore"] });
  } catch {
    throw new Problem("badRequest", "backupBad", { file });
  }
  if (!parts.every((part) => existsSync(join(folder, part)))) throw new Problem("badRequest", "backupBad", { file });
  chmodSync(join(folder, "secrets"), 0o700);
}

/** Makes a 0600 file that must not be there yet, and returns its descriptor. */
export function createOutput(file: string): number {
  try {
    return openSync(file, "wx", 0o600);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      throw new Problem("forbidden", "fileExists", { file });
    }
    throw error;
  }
}

export function writeOutput(descriptor: number, bytes: Buffer): void {
  try {
    writeFileSync(descriptor, bytes);
  } finally {
    closeSync(descriptor);
  }
}

/** Puts what was unpacked in the place of what is there, which is kept in a folder beside it. Returns that folder. */
export function exchangeData(data: string, folder: string, nowMs: number): string | null {
  const there = ["portal.db", "portal.db-wal", "portal.db-shm", "secrets"].filter((name) =>
    existsSync(join(data, name)),
  );
  let kept: string | null = null;
  if (there.length > 0) {
    kept = mkdtempSync(join(data, `before-restore-${new Date(nowMs).toISOString().slice(0, 10)}-`));
    for (const name of there) renameSync(join(data, name), join(kept, name));
  }
  for (const name of ["secrets", "portal.db"]) renameSync(join(folder, name), join(data, name));
  return kept;
}
