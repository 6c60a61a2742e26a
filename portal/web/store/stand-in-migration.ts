import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Migration } from "kysely/migration";

/** Accounts say whether people may ask for stand-in prefixes. */
export const standInMigration: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await sql`alter table accounts add column stand_in text not null default 'on-request'`.execute(db);
  },
};
