import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { FuseState, FuseV1Options, getCurrentFuseWire } from "@electron/fuses";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pack } from "../../build/package/pack.ts";
import { partsOf } from "../../build/package/parts.ts";
import { distDir, root } from "../../build/paths.ts";

// Electron's runtime cannot be had everywhere, so this one is a stand-in: a program with Electron's fuse wire in it. What electron-builder.yml and the fuses
// make of it is real; that the result starts is not shown here.

const run = promisify(execFile);
/** A program for Windows with a version in it, which is what electron-builder writes the name and the archive's hash beside. */
const anyWindowsProgram = join(root, "node_modules", "electron-winstaller", "vendor", "7z-x64.exe");
/** Before the wire of fuses in Electron's program; then version, count and one digit for each: 0, 1. */
const sentinel = "dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX";
const freshFuses = "101100100";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "anslut-package-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function standIn(target: "linux" | "windows"): Promise<string> {
  const runtime = join(folder, `electron-${target}`);
  await mkdir(join(runtime, "resources"), { recursive: true });
  await mkdir(join(runtime, "locales"), { recursive: true });
  for (const language of ["de", "en-US", "fr", "sv"]) await writeFile(join(runtime, "locales", `${language}.pak`), "");
  await writeFile(join(runtime, "resources", "default_app.asar"), emptyArchive());
  const wire = Buffer.from(`${sentinel}\x01\x09${freshFuses}`, "latin1");
  if (target === "linux") await writeFile(join(runtime, "electron"), wire, { mode: 0o755 });
  else await writeFile(join(runtime, "electron.exe"), Buffer.concat([await readFile(anyWindowsProgram), wire]));
  return runtime;
}

async function fusesOf(program: string): Promise<Readonly<Record<string, boolean>>> {
  const wire = await getCurrentFuseWire(program);
  const names = Object.keys(FuseV1Options).filter((name) =>
    Number.isNaN(Number(name)),
  ) as (keyof typeof FuseV1Options)[];
  return Object.fromEntries(names.map((name) => [name, wire[FuseV1Options[name]] === FuseState.ENABLE]));
}

const set = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
  WasmTrapHandlers: true,
};

/** An archive without files: sizes of what follows, then the list as JSON (Chromium's pickle). */
function emptyArchive(): Buffer {
  const list = Buffer.from('{"files":{}}');
  const head = Buffer.alloc(16);
  for (const [at, size] of [4, list.length + 8, list.length + 4, list.length].entries())
    head.writeUInt32LE(size, 4 * at);
  return Buffer.concat([head, list]);
}

/** A folder of the archive's list, or a file without `files`. */
interface Listed {
  readonly files?: Readonly<Record<string, Listed>>;
}

/** Paths of the archive's files, without the tray's many pictures. */
async function archived(resources: string): Promise<readonly string[]> {
  const archive = await readFile(join(resources, "app.asar"));
  const list = JSON.parse(archive.subarray(16, 16 + archive.readUInt32LE(12)).toString("utf8")) as Listed;
  return pathsOf(list, "").filter((path) => !/tray-/.test(path));
}

function pathsOf({ files }: Listed, path: string): readonly string[] {
  if (files === undefined) return [path];
  return Object.entries(files).flatMap(([name, listed]) => pathsOf(listed, `${path}/${name}`));
}

test("the folder for Linux holds the program, its archive and the parts beside it, with every fuse set", async () => {
  const output = join(folder, "linux");
  await pack({ target: "linux", electron: await standIn("linux"), output });
  const unpacked = join(output, "linux-unpacked");
  const resources = join(unpacked, "resources");
  expect(await fusesOf(join(unpacked, "anslut-desktop"))).toEqual(set);
  const files = await archived(resources);
  expect(files).toEqual(
    expect.arrayContaining([
      "/desktop/main/main.mjs",
      "/desktop/preload/preload.cjs",
      "/package.json",
      "/window/index.html",
    ]),
  );
  expect(files.filter((path) => /node_modules|agent|\.map$|helper/.test(path))).toEqual([]);
  expect((await readdir(join(resources, "anslut"))).sort()).toEqual([
    ...["agent.mjs", "anslut-helper", "anslut.png", "bin", "cli.mjs", "node", "node_modules", "share"],
  ]);
  // By this name a Linux desktop knows the program's windows, and who opens its links.
  expect((await readFile(join(resources, "app.asar"))).toString("latin1")).toContain('"desktopName": "anslut.desktop"');
  const entry = await readFile(join(resources, "anslut", "share", "applications", "anslut.desktop"), "utf8");
  expect(entry).toMatch(/^Exec=anslut-desktop %u$/m);
  expect(entry).toMatch(/^MimeType=x-scheme-handler\/anslut;$/m);
  expect(await readdir(resources)).not.toContain("default_app.asar");
  expect((await readdir(join(unpacked, "locales"))).sort()).toEqual(["de.pak", "en-US.pak", "sv.pak"]);
  const { stdout } = await run(join(resources, "anslut", "bin", "anslut"), ["--version"]);
  expect(stdout.trim()).toBe("0.1.0");
});

test("electron-builder alone makes the same folder, with no variable set: every part and every fuse is in its files", async () => {
  const output = join(folder, "by-hand");
  const words = ["--dir", "--linux", `-c.electronDist=${await standIn("linux")}`, `-c.directories.output=${output}`];
  const builder = join(root, "node_modules", "electron-builder", "cli.js");
  await run(process.execPath, [builder, ...words], { cwd: root, env: { PATH: process.env.PATH, HOME: folder } });
  const unpacked = join(output, "linux-unpacked");
  expect(await fusesOf(join(unpacked, "anslut-desktop"))).toEqual(set);
  for (const part of partsOf("linux")) expect(existsSync(join(unpacked, "resources", "anslut", part)), part).toBe(true);
});

test("the folder for Windows takes that system's parts as they are given", async () => {
  const parts = join(folder, "parts");
  for (const file of ["node.exe", "anslut-helper.exe", "bin/anslut.cmd", "openvpn/openvpn.exe"]) {
    await mkdir(join(parts, file, ".."), { recursive: true });
    await writeFile(join(parts, file), file);
  }
  const binary = "node_modules/@napi-rs/keyring-win32-x64-msvc";
  await cp(join(distDir, "node_modules", "@napi-rs", "keyring"), join(parts, binary), { recursive: true });
  const output = join(folder, "windows");
  await pack({ target: "windows", electron: await standIn("windows"), parts, output });
  const unpacked = join(output, "win-unpacked");
  expect(await fusesOf(join(unpacked, "Anslut.exe"))).toEqual(set);
  expect((await readdir(join(unpacked, "resources", "anslut"))).sort()).toEqual([
    ...["agent.mjs", "anslut-helper.exe", "anslut.png", "bin", "cli.mjs", "node.exe", "node_modules", "openvpn"],
  ]);
  // Windows shows the program's own name, and Electron finds the archive's hash in it.
  const program = (await readFile(join(unpacked, "Anslut.exe"))).toString("utf16le");
  expect(program).toContain("Anslut");
});

test("a part that is missing is named before anything is packed", async () => {
  const target = { target: "windows", electron: folder, parts: join(folder, "nowhere"), output: folder } as const;
  await expect(pack(target)).rejects.toThrow(/missing for windows: .*node\.exe/);
});
