import { readFile } from "node:fs/promises";
import { protocol, type Session } from "electron";
import { pageFilesIn } from "../bridge/page-files.ts";
import { pageHeaders } from "../bridge/page-policy.ts";

/** Origin of the window's page. A scheme of its own: what a file: page may read or a server may be asked for is none of its business. */
export const pageOrigin = "app://anslut";
export const pageAddress = `${pageOrigin}/index.html`;

/** Before the program is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: "app", privileges: { standard: true, secure: true } }]);
}

/** Serves the files that are in `folder` now, and nothing else. */
export function servePage(session: Session, folder: string): void {
  const files = pageFilesIn(folder);
  session.protocol.handle("app", async (request) => {
    const { host, pathname } = new URL(request.url);
    const file = host === "anslut" && request.method === "GET" ? files.get(pathname) : undefined;
    if (file === undefined) return new Response(null, { status: 404 });
    return new Response(new Uint8Array(await readFile(file.path)), { headers: pageHeaders(file.contentType) });
  });
}
