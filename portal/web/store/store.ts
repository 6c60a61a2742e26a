import { existsSync } from "node:fs";
import { join } from "node:path";
import type { AuditEntry } from "./audit.ts";
import { recordAudit } from "./audit.ts";
import type { Clock } from "./clock.ts";
import { openDatabase } from "./database.ts";
import { SecretStore } from "./files.ts";
import { Problem } from "./problem.ts";
import type { Database } from "./schema.ts";

/** All that the portal keeps, as web and the command line open it. */
export interface Store {
  readonly data: string;
  readonly db: Database;
  readonly secrets: SecretStore;
  readonly clock: Clock;
}

export function databaseFile(data: string): string {
  return join(data, "portal.db");
}

/** Opens what `init` made. Throws {@link Problem} `notInitialised` when there is nothing. */
export async function openStore(data: string, clock: Clock): Promise<Store> {
  if (!existsSync(databaseFile(data))) throw new Problem("notFound", "notInitialised", { data });
  return { data, db: await openDatabase(databaseFile(data)), secrets: new SecretStore(data), clock };
}

export async function closeStore(store: Store): Promise<void> {
  await store.db.destroy();
}

/** Kinds of change that a running web acts on. */
export type ChangeKind = "account" | "user" | "machine" | "grant" | "router";

/** What one act of an administrator leaves behind besides its rows. */
export interface Act extends Omit<AuditEntry, "result" | "address"> {
  readonly change: ChangeKind | null;
}

/** An administrator at the command line, or a person who changes what is her own. */
export interface Admin {
  readonly store: Store;
  /** For the audit log: `admin:<login name>` or `user:<name>`. */
  readonly actor: string;
  /** Where the person asked from; absent at the command line. */
  readonly address?: string;
}

/**
 * Runs an act in one transaction together with its line in the audit log and the note for the running web.
 * `work` says what was done; what it throws undoes all of it.
 */
export async function act<Result>(
  admin: Admin,
  work: (db: Database) => Promise<{ readonly result: Result; readonly act: Omit<Act, "actor"> }>,
): Promise<Result> {
  const { db, clock } = admin.store;
  return await db.transaction().execute(async (transaction) => {
    const { result, act } = await work(transaction);
    const { change, ...entry } = act;
    await recordAudit(transaction, clock.now(), {
      ...entry,
      actor: admin.actor,
      address: admin.address ?? null,
      result: "done",
    });
    if (change !== null && entry.account !== null) {
      const target = entry.target ?? "";
      await transaction.insertInto("changes").values({ account_id: entry.account, kind: change, target }).execute();
    }
    return result;
  });
}
