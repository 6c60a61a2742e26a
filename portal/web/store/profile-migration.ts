import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Migration } from "kysely/migration";

/** Notes in the history, sessions that came out of another one, and lists by state. */
export const profileMigration: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  "alter table intents add column note text not null default ''",
  // What ended before this was known counts as seen: nothing of it is filled in later.
  "alter table intents add column end_seen integer not null default 1",
  "create index intents_machine on intents (account_id, machine_id, started, id)",
  "alter table sessions add column parent_id text references sessions(id) on delete cascade",
  "create index sessions_parent on sessions (parent_id) where parent_id is not null",
  "create index machines_online on machines (account_id, online, sort_key, id)",
];
