import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const root = dirname(dirname(import.meta.dirname));
const tops = ["app", "build", "contract", "docs", "native", "portal", "resources", "router", "test", "ui"];
const pages = ["README.md", ...globSync("docs/**/*.md", { cwd: root })];

/** Paths of this repository that a page names, in backticks or as the target of a link. */
function pathsIn(page: string): readonly string[] {
  const text = readFileSync(join(root, page), "utf8");
  const named = [...text.matchAll(/`([\w./-]+)`/g)].map(([, path]) => path ?? "");
  const linked = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => join(dirname(page), path ?? ""));
  return [...named.filter((path) => tops.includes(path.split("/")[0] ?? "") && path.includes("/")), ...linked];
}

test.each(pages)("every file that %s names is there", (page) => {
  expect(pathsIn(page).filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
