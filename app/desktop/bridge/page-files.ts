import { readdirSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";

export interface PageFile {
  readonly path: string;
  readonly contentType: string;
}

const contentTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/vnd.microsoft.icon",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/**
 * The files of the window's page by the path of their address, as they are when the program starts. What an address names is looked up here and never
 * on the disk, so no address leads out of the folder.
 */
export function pageFilesIn(folder: string): ReadonlyMap<string, PageFile> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile())
    .map((found) => join(found.parentPath, found.name))
    .flatMap((path): readonly (readonly [string, PageFile])[] => {
      const contentType = contentTypes[extname(path)];
      return contentType === undefined ? [] : [[addressOf(relative(folder, path)), { path, contentType }]];
    });
  const map = new Map(files);
  const index = map.get("/index.html");
  return index === undefined ? map : map.set("/", index);
}

function addressOf(path: string): string {
  return `/${path.split(sep).map(encodeURIComponent).join("/")}`;
}
