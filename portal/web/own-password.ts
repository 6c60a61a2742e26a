import { CauseError } from "../../contract/causes.ts";
import type { PasswordChange } from "../../contract/portal.ts";
import type { OwnSessions } from "./own-sessions.ts";
import { actorOf, endOthers } from "./own-sessions.ts";
import type { PasswordProof } from "./password-proof.ts";
import type { Session } from "./sessions.ts";
import { checkPassword, hashPassword } from "./store/passwords.ts";
import type { Store } from "./store/store.ts";
import { act } from "./store/store.ts";

/** A person's own password. */
export class OwnPassword {
  readonly #store: Store;
  readonly #proof: PasswordProof;
  readonly #sessions: OwnSessions;

  constructor(store: Store, proof: PasswordProof, sessions: OwnSessions) {
    this.#store = store;
    this.#proof = proof;
    this.#sessions = sessions;
  }

  /**
   * Sets another password. What this computer holds stays, everything else that lets somebody in without the password ends: other
   * sessions with their tunnels, other remembered devices. Throws `credentialsRefused`, `weakPassword`, `tooManyAttempts`.
   */
  async change(session: Session, { password, next }: PasswordChange): Promise<void> {
    await this.#proof.with(session, "passwordChanged", password, async (before) => {
      checkPassword(next, session.accountName, session.userName);
      const password_hash = await hashPassword(next);
      await act(actorOf(this.#store, session), async (db) => {
        // Whoever has set another one meanwhile (an administrator) is not overruled.
        const { numUpdatedRows } = await db
          .updateTable("users")
          .set({ password_hash })
          .where("id", "=", session.user)
          .where("account_id", "=", session.account)
          .where("password_hash", "=", before)
          .executeTakeFirst();
        if (numUpdatedRows !== 1n) throw new CauseError("credentialsRefused");
        await endOthers(db, session);
        const entry = { account: session.account, action: "passwordChanged", target: session.userName };
        return { result: undefined, act: { ...entry, change: "user" as const } };
      });
    });
    await this.#sessions.cut();
  }
}
