import { findAccount } from "./accounts.ts";
import { Problem } from "./problem.ts";
import type { Database, Row } from "./schema.ts";
import type { Admin } from "./store.ts";
import { act } from "./store.ts";
import { findUser } from "./users.ts";

/** Devices that sign in without password and code. */
export async function listDevices(db: Database, account: string, user: string): Promise<readonly Row<"devices">[]> {
  const { id } = await findUser(db, (await findAccount(db, account)).id, user);
  return await db.selectFrom("devices").selectAll().where("user_id", "=", id).orderBy("last_used", "desc").execute();
}

/** Forgets a device: it needs password and code again, and the sessions that it began end with their tunnels. */
export async function removeDevice(admin: Admin, accountName: string, userName: string, id: string): Promise<void> {
  await act(admin, async (db) => {
    const account = await findAccount(db, accountName);
    const user = await findUser(db, account.id, userName);
    const query = db.deleteFrom("devices").where("user_id", "=", user.id).where("id", "=", id);
    const { numDeletedRows } = await query.executeTakeFirst();
    if (numDeletedRows === 0n) throw new Problem("notFound", "deviceUnknown", { id, name: user.name });
    const entry = { account: account.id, action: "deviceRemoved", target: user.name, detail: { device: id } };
    return { result: undefined, act: { ...entry, change: "user" } };
  });
}
