// Checks every TypeScript file of the repository against the import table:  node test/architecture/main.ts

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { findViolations } from "./import-check.ts";

const listed = execFileSync(
  "git",
  ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.ts", "*.tsx"],
  { encoding: "utf8" },
);
const paths = listed.split("\0").filter((path) => path !== "" && existsSync(path));
const violations = paths.flatMap((path) => findViolations({ path, text: readFileSync(path, "utf8") }));
for (const violation of violations) console.log(violation);
console.log(`${paths.length} files, ${violations.length} against the import table`);
process.exitCode = violations.length > 0 ? 1 : 0;
