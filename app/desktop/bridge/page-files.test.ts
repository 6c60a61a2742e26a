import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { pageFilesIn } from "./page-files.ts";
import { pagePolicy } from "./page-policy.ts";

test("the page's files are those of its folder, by their addresses, and no address leads out of it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "anslut-page-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "assets"));
  for (const name of ["index.html", "assets/a b.js", "assets/notes.txt"]) await writeFile(join(folder, name), "");
  const files = pageFilesIn(folder);
  expect([...files.keys()].sort()).toEqual(["/", "/assets/a%20b.js", "/index.html"]);
  expect(files.get("/")?.contentType).toBe("text/html; charset=utf-8");
  for (const path of ["/../x", "/%2e%2e/x", "/assets/../index.html", "//etc/passwd"]) {
    expect(files.get(path)).toBeUndefined();
  }
});

test("the page may load its own files and speak to nobody", () => {
  expect(pagePolicy()).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'none'; " +
      "frame-src 'none'; object-src 'none'; worker-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
});
