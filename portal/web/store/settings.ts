import type { Database } from "./schema.ts";

/** What `init` was told. */
export interface PortalSettings {
  /** Name under which clients reach the portal. */
  readonly host: string;
  /** Further names and addresses that the certificate is good for. */
  readonly alsoHosts: readonly string[];
  /** Ports of `front`, in the order of preference. */
  readonly ports: readonly number[];
  /** Whether the web certificate comes from our own authority; else it was given. */
  readonly ownCertificate: boolean;
}

const key = "portal";

export async function writeSettings(db: Database, settings: PortalSettings): Promise<void> {
  const value = JSON.stringify(settings);
  await db
    .insertInto("settings")
    .values({ key, value })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
    .execute();
}

export async function readSettings(db: Database): Promise<PortalSettings> {
  const row = await db.selectFrom("settings").select("value").where("key", "=", key).executeTakeFirstOrThrow();
  return JSON.parse(row.value) as PortalSettings;
}
