import { sha256 } from "./random.ts";
import type { Database, Row } from "./schema.ts";

/** One thing that happened. `detail` holds no secret. */
export interface AuditEntry {
  /** User's name, `admin:<name>` for the command line, `router:<machine>`, or `stranger`. */
  readonly actor: string;
  readonly account: string | null;
  readonly address: string | null;
  /** The verb: `signIn`, `connect`, `grantAdded`, … */
  readonly action: string;
  readonly target: string | null;
  /** `done` or a cause of the contract. */
  readonly result: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

const beginning = "0".repeat(64);

/**
 * Appends to the log. Each row's hash covers the row and the hash before it, so that a row that was changed, removed or
 * put in breaks the chain. Call it in the transaction of what it tells about.
 */
export async function recordAudit(db: Database, nowMs: number, entry: AuditEntry): Promise<void> {
  const last = await db.selectFrom("audit").select(["seq", "hash"]).orderBy("seq", "desc").limit(1).executeTakeFirst();
  const row = {
    seq: (last?.seq ?? 0) + 1,
    at: nowMs,
    actor: entry.actor,
    account_id: entry.account,
    address: entry.address,
    action: entry.action,
    target: entry.target,
    result: entry.result,
    detail: JSON.stringify(entry.detail ?? {}),
    previous: last?.hash ?? beginning,
  };
  await db
    .insertInto("audit")
    .values({ ...row, hash: hashOf(row) })
    .execute();
}

export interface AuditVerdict {
  readonly rows: number;
  /** Number of the first row that does not fit; null when all do. */
  readonly brokenAt: number | null;
  /** Hash of the last row: noted elsewhere, it proves later that nothing was cut off the end. */
  readonly head: string;
}

/** Reads the whole log and checks the chain. */
export async function verifyAudit(db: Database): Promise<AuditVerdict> {
  let previous = beginning;
  let rows = 0;
  for (;;) {
    const page = await db.selectFrom("audit").selectAll().where("seq", ">", rows).orderBy("seq").limit(1000).execute();
    for (const row of page) {
      const fits = row.seq === rows + 1 && row.previous === previous && row.hash === hashOf(row);
      if (!fits) return { rows, brokenAt: row.seq, head: previous };
      previous = row.hash;
      rows += 1;
    }
    if (page.length < 1000) return { rows, brokenAt: null, head: previous };
  }
}

/** The last `limit` rows, oldest first; of one account when given. */
export async function listAudit(db: Database, account: string | null, limit: number): Promise<readonly Row<"audit">[]> {
  let query = db.selectFrom("audit").selectAll().orderBy("seq", "desc").limit(limit);
  if (account !== null) query = query.where("account_id", "=", account);
  return (await query.execute()).reverse();
}

/** Canonical: the fields in a fixed order in one JSON list. */
function hashOf(row: Omit<Row<"audit">, "hash">): string {
  const { seq, at, actor, account_id, address, action, target, result, detail, previous } = row;
  return sha256(JSON.stringify([previous, seq, at, actor, account_id, address, action, target, result, detail]));
}
