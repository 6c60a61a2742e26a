import { findAccount } from "./accounts.ts";
import { findMachine } from "./machines.ts";
import { Problem } from "./problem.ts";
import { newTypedToken, sha256 } from "./random.ts";
import type { Admin } from "./store.ts";
import { act } from "./store.ts";

const validMs = 7 * 86_400_000;

/** What a person takes to the router. The token is good once and for seven days, for this serial number alone. */
export interface EnrolmentInvitation {
  readonly serial: string;
  readonly token: string;
  readonly expires: number;
}

/** Makes the one-time token for a machine's router. An earlier, unused one is void. The router in service stays until then. */
export async function inviteRouter(admin: Admin, accountName: string, name: string): Promise<EnrolmentInvitation> {
  return await act(admin, async (db) => {
    const account = await findAccount(db, accountName);
    const machine = await findMachine(db, account.id, name);
    if (machine.serial === null) throw new Problem("badRequest", "serialMissing", { name });
    const token = newTypedToken();
    const expires = admin.store.clock.now() + validMs;
    const invitation = { enrolment_hash: sha256(token), enrolment_expires: expires };
    await db
      .insertInto("routers")
      .values({
        machine_id: machine.id,
        account_id: account.id,
        ...invitation,
        certificate: null,
        certificate_sha256: null,
        password_hash: null,
        next_password_hash: null,
      })
      .onConflict((conflict) => conflict.column("machine_id").doUpdateSet(invitation))
      .execute();
    const entry = { account: account.id, action: "routerInvited", target: machine.id, change: null };
    return { result: { serial: machine.serial, token, expires }, act: entry };
  });
}
