import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testStore } from "../testing/portal.ts";
import { addAccount } from "./accounts.ts";
import { listAudit, verifyAudit } from "./audit.ts";

describe("the audit log", () => {
  let parts: Awaited<ReturnType<typeof testStore>>;
  beforeEach(async () => {
    parts = await testStore();
    for (const name of ["One", "Two", "Three"]) await addAccount(parts.admin, name);
  });
  afterEach(() => parts.remove());

  it("is whole as it was written", async () => {
    expect(await verifyAudit(parts.store.db)).toMatchObject({ rows: 4, brokenAt: null });
    const rows = await listAudit(parts.store.db, null, 10);
    expect(rows.map(({ action }) => action)).toEqual(["initialised", "accountAdded", "accountAdded", "accountAdded"]);
    expect(rows.map(({ actor }) => actor)).toEqual(Array.from({ length: 4 }, () => "admin:test"));
  });

  it("lets nobody change or remove a row", async () => {
    const { db } = parts.store;
    await expect(db.updateTable("audit").set({ actor: "somebody" }).execute()).rejects.toThrow("append-only");
    await expect(db.deleteFrom("audit").execute()).rejects.toThrow("append-only");
  });

  it.each([
    ["changed", "update audit set actor = 'somebody' where seq = 3", 3],
    ["removed", "delete from audit where seq = 2", 3],
    [
      "put in",
      "insert into audit select 9, at, actor, account_id, address, action, target, result, detail, previous, hash from audit where seq = 2",
      9,
    ],
  ])("shows that a row was %s by somebody with the file in hand", async (_, statement, brokenAt) => {
    const { db } = parts.store;
    await sql`drop trigger audit_keeps_rows`.execute(db);
    await sql`drop trigger audit_keeps_values`.execute(db);
    await sql.raw(statement).execute(db);
    expect(await verifyAudit(db)).toMatchObject({ brokenAt });
  });

  it("writes nothing of an act that failed", async () => {
    await expect(addAccount(parts.admin, "one")).rejects.toThrow("accountTaken");
    expect(await verifyAudit(parts.store.db)).toMatchObject({ rows: 4 });
  });
});
