import { CauseError } from "../../contract/causes.ts";
import { FailureLimit } from "./limits.ts";
import type { Session } from "./sessions.ts";
import { recordAudit } from "./store/audit.ts";
import { verifyPassword } from "./store/passwords.ts";
import type { Store } from "./store/store.ts";

const minuteMs = 60_000;

/**
 * Asks who is signed in for the password once more, before what a stolen session must not do. Wrong passwords and wrong codes of
 * one user count together, and one request of a user is looked at at a time, so that many at once are no way around the count.
 */
export class PasswordProof {
  readonly #store: Store;
  readonly #failures: FailureLimit;
  readonly #busy = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
    this.#failures = new FailureLimit(store.clock, { free: 5, longestWaitMs: 15 * minuteMs });
  }

  /** Runs `work` behind the password, which it is told the hash of. Throws `credentialsRefused` or `tooManyAttempts`. */
  async with<Result>(
    session: Session,
    action: string,
    password: string,
    work: (passwordHash: string) => Promise<Result>,
  ): Promise<Result> {
    return await this.guarded(session, action, async () => {
      const query = this.#store.db.selectFrom("users").select("password_hash").where("id", "=", session.user);
      const row = await query.where("account_id", "=", session.account).executeTakeFirst();
      if (row === undefined || !(await verifyPassword(password, row.password_hash))) {
        throw new CauseError("credentialsRefused");
      }
      return await work(row.password_hash);
    });
  }

  /** Runs `work`; a `credentialsRefused` or `codeRefused` out of it counts and is audited. Throws `tooManyAttempts`. */
  async guarded<Result>(session: Session, action: string, work: () => Promise<Result>): Promise<Result> {
    const { user } = session;
    if (this.#busy.has(user) || this.#failures.isBlocked(user)) throw new CauseError("tooManyAttempts");
    this.#busy.add(user);
    try {
      const result = await work();
      this.#failures.succeeded(user);
      return result;
    } catch (error) {
      if (error instanceof CauseError && (error.cause === "credentialsRefused" || error.cause === "codeRefused")) {
        this.#failures.failed(user);
        await this.#audit(session, action, error.cause);
      }
      throw error;
    } finally {
      this.#busy.delete(user);
    }
  }

  async #audit({ account, userName, address }: Session, action: string, result: string): Promise<void> {
    const { db, clock } = this.#store;
    const entry = { actor: `user:${userName}`, account, address, action, target: userName, result };
    await db.transaction().execute((transaction) => recordAudit(transaction, clock.now(), entry));
  }
}
