import { spawn } from "node:child_process";
import { once } from "node:events";
import { chown, copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { distDir } from "../../build/paths.ts";
import { windowCallNames } from "../../contract/window-names.ts";
import { nobody } from "./launcher.ts";
import { runtimeHere } from "./runtime.ts";
import { openScreen, type Screen } from "./screen.ts";

// On any runtime that is at hand, also one that is too old for the program itself: ELECTRON_OVERRIDE_DIST_PATH=<folder>.

const runtime = runtimeHere();

/** The filter of system calls in older Chromium kills a process that uses those of a newer C library; the other walls stand. */
function sandboxWords(major: number): readonly string[] {
  return major < 20 ? ["--disable-seccomp-filter-sandbox"] : [];
}

let folder: string;
let screen: Screen | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "anslut-preload-"));
  if (runtime !== undefined) screen = await openScreen();
});
afterAll(async () => {
  await screen?.close();
  await rm(folder, { recursive: true, force: true });
});

test.runIf(runtime !== undefined)(
  "a page in the sandbox has the contract's calls and nothing else, under the program's own policy",
  async () => {
    await build({
      entryPoints: [join(import.meta.dirname, "preload-main.ts")],
      outfile: join(folder, "main.cjs"),
      bundle: true,
      platform: "node",
      target: "node12",
      format: "cjs",
      external: ["electron"],
    });
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "preload-test", main: "main.cjs" }));
    await copyFile(join(distDir, "desktop", "preload", "preload.cjs"), join(folder, "preload.cjs"));
    await copyFile(join(import.meta.dirname, "preload-page.js"), join(folder, "page.js"));
    await chown(folder, nobody, nobody);
    const words = [`--user-data-dir=${join(folder, "data")}`, ...sandboxWords(runtime?.major ?? 0)];
    const child = spawn(
      runtime?.program ?? "",
      [...words, folder, join(folder, "preload.cjs"), join(folder, "page.js")],
      {
        // Chromium does not run its sandbox as root.
        ...(process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}),
        env: { PATH: process.env.PATH, HOME: folder, DISPLAY: screen?.name ?? "" },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
    const line = stdout.split("\n").find((said) => said.startsWith("{"));
    expect(line, stderr).toBeDefined();
    expect(JSON.parse(line ?? "{}")).toMatchObject({
      page: {
        names: [...windowCallNames, "on"].sort(),
        done: { type: "done" },
        pushes: [{ pushed: "state" }],
        inline: false,
        evaluated: "refused",
        fetched: "refused",
        node: "undefined,undefined,undefined",
        canChange: false,
      },
      calls: [
        ["copy", { text: "x" }],
        ["ask", { type: "portals", id: 1 }],
      ],
      follows: ["state"],
    });
  },
);
