import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Kysely, sql } from "kysely";
import { Migrator } from "kysely/migration";
import { expect, it } from "vitest";
import { openDatabase } from "./database.ts";
import { nodeSqliteDialect } from "./dialect.ts";
import { firstMigration } from "./first-migration.ts";
import { standInMigration } from "./stand-in-migration.ts";

it("a database of the first release is brought up to date, and keeps what is in it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "anslut-db-"));
  const file = join(folder, "portal.db");
  const old = new Kysely<never>({ dialect: nodeSqliteDialect(new DatabaseSync(file)) });
  const steps = { "0001-first": firstMigration, "0002-stand-in": standInMigration };
  await new Migrator({ db: old, provider: { getMigrations: async () => steps } }).migrateToLatest();
  for (const statement of rows) await sql.raw(statement).execute(old);
  await old.destroy();

  const db = await openDatabase(file);
  expect(await db.selectFrom("sessions").selectAll().execute()).toMatchObject([{ id: "s", parent_id: null }]);
  const intents = await db.selectFrom("intents").selectAll().execute();
  expect(intents).toMatchObject([{ id: "i", reason: "why", note: "", end_seen: 1 }]);
  // A page's session goes with the agent's that it came out of.
  const page = {
    id: "p",
    account_id: "a",
    user_id: "u",
    token_hash: "q",
    client: "page",
    device: "",
    device_id: null,
  } as const;
  await db
    .insertInto("sessions")
    .values({ ...page, parent_id: "s", address: "", created: 1, expires: 2 })
    .execute();
  await db.deleteFrom("sessions").where("id", "=", "s").execute();
  expect(await db.selectFrom("sessions").selectAll().execute()).toEqual([]);
  await db.destroy();
  // Opening it again changes nothing.
  await (await openDatabase(file)).destroy();
  rmSync(folder, { recursive: true });
});

const rows = [
  `insert into accounts (id, idx, name, name_key, slice, second_slice, server_name, server_certificate,
    server_private_key, account_key, created) values ('a', 0, 'A', 'a', '1', '2', '', '', '', '', 0)`,
  "insert into users (id, account_id, name, name_key, password_hash, created) values ('u', 'a', 'U', 'u', '', 0)",
  `insert into sessions (id, account_id, user_id, token_hash, client, device, address, created, expires)
    values ('s', 'a', 'u', 't', 'agent', '', '', 1, 2)`,
  `insert into intents (id, account_id, tunnel_id, user_id, user_name, machine_id, machine_name, laptop, networks,
    order_number, reason, state, started, received_before, sent_before)
    values ('i', 'a', 't', 'u', 'U', 'm', 'M', 'L', '[]', '', 'why', '{}', 1, 0, 0)`,
];
