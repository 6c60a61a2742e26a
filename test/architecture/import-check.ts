import { isBuiltin } from "node:module";
import { posix } from "node:path";
import ts from "typescript";
import type { Area } from "./import-table.ts";
import { areas, configPackages, refusedFolderNames, testPackages, unrestrictedFolders } from "./import-table.ts";

/** A file of the repository; `path` is relative to its root, with slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Says in one sentence a file what it imports or is called against the rules; none when all is well. */
export function findViolations(file: SourceFile): readonly string[] {
  return [...nameViolations(file.path), ...importViolations(file)];
}

function nameViolations(path: string): readonly string[] {
  const folders = path.split("/").slice(0, -1);
  const refused = folders.filter((folder) => refusedFolderNames.includes(folder));
  const badNames = path.split("/").filter((name) => !/^[a-z0-9.][a-z0-9.-]*$/.test(name));
  return [
    ...refused.map((folder) => `${path}: a folder is named after its topic, not its kind ("${folder}").`),
    ...badNames.map((name) => `${path}: "${name}" is not kebab-case.`),
  ];
}

function importViolations(file: SourceFile): readonly string[] {
  if (unrestrictedFolders.some((folder) => isWithin(file.path, folder))) return [];
  const area = areaOf(file.path);
  if (area === undefined) {
    return [`${file.path}: belongs to no area of test/architecture/import-table.ts.`];
  }
  return ts
    .preProcessFile(file.text, true, true)
    .importedFiles.filter((imported) => !isAllowed(file.path, area, imported.fileName))
    .map((imported) => `${file.path}:${lineAt(file.text, imported.pos)}: ${describe(area, imported.fileName)}`);
}

const configArea: Area = { folder: "", imports: [], node: true, packages: configPackages };

function areaOf(path: string): Area | undefined {
  if (path.endsWith(".config.ts")) return configArea;
  return areas
    .filter((area) => isWithin(path, area.folder))
    .reduce<Area | undefined>(
      (best, area) => (best && best.folder.length > area.folder.length ? best : area),
      undefined,
    );
}

/** Folders beside the code with what its tests need: peers, clocks, worlds. */
const testingFolder = "testing";

function isAllowed(path: string, area: Area, specifier: string): boolean {
  const isTest = /\.test\.tsx?$/.test(path) || path.split("/").includes(testingFolder);
  if (specifier.startsWith(".")) {
    if (isTest) return true; // a test may stand on any part; that every part keeps to its own is said of the product
    const target = posix.join(posix.dirname(path), specifier);
    return isOwn(area, target) || area.imports.some((allowed) => isWithin(target, allowed));
  }
  if (isBuiltin(specifier)) return area.node || isTest;
  const name = packageOf(specifier);
  return area.packages.includes(name) || (isTest && testPackages.includes(name));
}

// Not `isWithin(target, area.folder)`: a folder inside the area may be an area of its own, with other rights.
function isOwn(area: Area, target: string): boolean {
  return areaOf(target) === area;
}

function isWithin(path: string, folderOrFile: string): boolean {
  return path === folderOrFile || path.startsWith(`${folderOrFile}/`);
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}

function describe(area: Area, specifier: string): string {
  const allowed = [...area.imports, ...(area.node ? ["node:*"] : []), ...area.packages];
  const others = allowed.length > 0 ? `, besides its own files, only ${allowed.join(", ")}` : " only its own files";
  return `imports "${specifier}"; ${area.folder || "a configuration"} may import${others}.`;
}
