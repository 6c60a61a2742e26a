import { DatabaseSync } from "node:sqlite";
import { Kysely, sql } from "kysely";
import type { MigrationProvider } from "kysely/migration";
import { Migrator } from "kysely/migration";
import { nodeSqliteDialect } from "./dialect.ts";
import { firstMigration } from "./first-migration.ts";
import { profileMigration } from "./profile-migration.ts";
import type { Database, Schema } from "./schema.ts";
import { standInMigration } from "./stand-in-migration.ts";

/** All steps from an empty file to today's tables, in order. New ones are added, old ones never changed. */
const migrations: MigrationProvider = {
  getMigrations: async () => ({
    "0001-first": firstMigration,
    "0002-stand-in": standInMigration,
    "0003-profile": profileMigration,
  }),
};

/**
 * Opens portal.db and brings its tables up to date. WAL, so that the CLI reads and writes beside the running web;
 * a writer waits up to 5 s for another one.
 */
export async function openDatabase(file: string): Promise<Database> {
  const database = new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: true });
  database.exec("pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off;");
  const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(database) });
  const { error } = await new Migrator({ db, provider: migrations }).migrateToLatest();
  if (error !== undefined) {
    await db.destroy();
    throw error;
  }
  return db;
}

/** Writes one consistent copy into a new file while others go on writing. */
export async function copyDatabase(db: Database, file: string): Promise<void> {
  await sql`vacuum into ${file}`.execute(db);
}
