import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../paths.ts";
import { licenceOf } from "./licence.ts";

/** contract/window.ts, `About`; what only the running program knows it adds itself. */
interface About {
  readonly version: string;
  readonly parts: readonly { readonly name: string; readonly version: string }[];
  readonly licences: readonly Licence[];
  readonly tray: boolean;
  readonly links: readonly string[];
}

interface Licence {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

/** What the program consists of, and under which licences. */
export async function aboutOf(version: string): Promise<About> {
  const [packages, modules] = await Promise.all([npmLicences(), goLicences()]);
  return {
    version,
    parts: [{ name: "Node", version: process.versions.node }],
    licences: [...systems, ...packages, ...modules].sort((left, right) => left.name.localeCompare(right.name)),
    tray: false,
    links: [],
  };
}

/** Programs that go along as they are. */
const systems: readonly Licence[] = [
  { name: "Node.js", version: process.versions.node, licence: "MIT" },
  { name: "OpenVPN", version: "", licence: "GPL-2.0-only" },
];

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Every package that `dependencies` bring, however deep, and Electron, which is one for building only. */
async function npmLicences(): Promise<readonly Licence[]> {
  const found = new Map<string, Licence>();
  const own = await manifestAt(root);
  const waiting = [...Object.keys(own.dependencies ?? {}), "electron"].map((name) => ({ name, from: root }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const folder = folderOf(next.name, next.from);
    if (folder === undefined) continue; // of another system
    const manifest = await manifestAt(folder);
    const key = `${manifest.name}@${manifest.version}`;
    if (found.has(key)) continue;
    const { name, version, license = "" } = manifest;
    found.set(key, { name, version, licence: license === "" ? await licenceIn(folder) : license });
    // Electron's own dependencies fetch its runtime and are not part of the program.
    if (name === "electron") continue;
    for (const dependency of Object.keys(manifest.dependencies ?? {})) waiting.push({ name: dependency, from: folder });
  }
  return [...found.values()];
}

/** Where Node would find a package from `from`. */
function folderOf(name: string, from: string): string | undefined {
  const paths = createRequire(join(from, "package.json")).resolve.paths(name) ?? [];
  return paths.map((path) => join(path, name)).find((folder) => existsSync(join(folder, "package.json")));
}

async function manifestAt(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
}

/** The modules in the helper. */
async function goLicences(): Promise<readonly Licence[]> {
  const native = join(root, "native");
  const words = [
    "list",
    "-deps",
    "-f",
    "{{with .Module}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}",
    "./cmd/anslut-helper",
  ];
  const { stdout } = await promisify(execFile)("go", words, { cwd: native });
  const lines = new Set(stdout.split("\n").filter((line) => line !== ""));
  const licences = await Promise.all(
    [...lines].map(async (line): Promise<Licence> => {
      const [name = "", version = "", folder = ""] = line.split("\t");
      return { name, version, licence: await licenceIn(folder) };
    }),
  );
  return licences.filter(({ version }) => version !== ""); // ours has none
}

async function licenceIn(folder: string): Promise<string> {
  const name = (await readdir(folder)).find((file) => /^(licen[cs]e|copying)(\.|$)/i.test(file));
  return name === undefined ? "" : licenceOf(await readFile(join(folder, name), "utf8"));
}
