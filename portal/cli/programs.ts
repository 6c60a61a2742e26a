import { existsSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../web/store/problem.ts";

export type Part = "exchange" | "web" | "front";

/** The program of a part: beside this bundle, or in the source tree when that is what runs. */
export function programOf(part: Part): string {
  const here = import.meta.dirname;
  const bundled = import.meta.filename.endsWith(".mjs");
  const file = bundled ? join(here, `${part}.mjs`) : join(here, "..", part, "main.ts");
  if (!existsSync(file)) throw new Problem("internal", "programMissing", { file });
  return file;
}
