import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { secretFiles } from "./files.ts";
import { Problem } from "./problem.ts";
import type { PortalSettings } from "./settings.ts";
import { databaseFile } from "./store.ts";

/** What the supervisor, which is root, needs to know of the portal. */
export interface PortalState {
  readonly settings: PortalSettings;
  readonly certificate: string;
}

/** Reads it without opening the database for writing: root leaves no file behind in web's directory. */
export function readPortalState(data: string): PortalState {
  const file = databaseFile(data);
  if (!existsSync(file)) throw new Problem("notFound", "notInitialised", { data });
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const row = database.prepare("select value from settings where key = 'portal'").get();
    const certificate = readFileSync(join(data, "secrets", secretFiles.webCertificate), "utf8");
    return { settings: JSON.parse(String(row?.value)) as PortalSettings, certificate };
  } finally {
    database.close();
  }
}
