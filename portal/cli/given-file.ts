import { readFileSync } from "node:fs";
import { Problem } from "../web/store/problem.ts";

/** A file that the administrator named. */
export function readGivenFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new Problem("notFound", "fileMissing", { file });
  }
}
