import { CauseError } from "../../contract/causes.ts";
import type { SecondFactorOffer, SecondFactorRemoval } from "../../contract/portal.ts";
import { actorOf } from "./own-sessions.ts";
import type { PasswordProof } from "./password-proof.ts";
import type { Session } from "./sessions.ts";
import type { Database } from "./store/schema.ts";
import { newTotpSecret, redeemTotpCode, stepOfCode, totpUri } from "./store/second-factor.ts";
import type { Store } from "./store/store.ts";
import { act } from "./store/store.ts";

const validMs = 10 * 60_000;
const mostPending = 10_000;

interface Pending {
  readonly session: string;
  readonly secret: string;
  readonly expires: number;
}

/**
 * A person's own second factor. A new secret waits in memory, bound to the session that gave the password, until a code proves that
 * an app has it: nobody locks herself out with a secret that was shown and never scanned.
 */
export class OwnSecondFactor {
  readonly #store: Store;
  readonly #proof: PasswordProof;
  /** By user, oldest first. */
  readonly #pending = new Map<string, Pending>();

  constructor(store: Store, proof: PasswordProof) {
    this.#store = store;
    this.#proof = proof;
  }

  /**
   * Draws a secret. Throws `credentialsRefused` or `tooManyAttempts`, and `forbidden` where there is a second factor already: another
   * one takes its place only after a code of the first, by {@link remove}.
   */
  async begin(session: Session, password: string): Promise<SecondFactorOffer> {
    return await this.#proof.with(session, "secondFactorSet", password, async () => {
      if (session.secondFactor) throw new CauseError("forbidden");
      const secret = newTotpSecret();
      this.#sweep();
      this.#pending.delete(session.user);
      this.#pending.set(session.user, { session: session.id, secret, expires: this.#store.clock.now() + validMs });
      return { secret, uri: totpUri(secret, session.accountName, session.userName) };
    });
  }

  /** Makes it count from now on; the code is used up. Throws `loginExpired` when none was begun lately, `codeRefused`, `tooManyAttempts`. */
  async confirm(session: Session, code: string): Promise<void> {
    await this.#proof.guarded(session, "secondFactorSet", async () => {
      const { clock } = this.#store;
      const pending = this.#pending.get(session.user);
      if (pending === undefined || pending.session !== session.id || pending.expires <= clock.now()) {
        throw new CauseError("loginExpired");
      }
      const step = stepOfCode(pending.secret, code, clock.now());
      if (step === null) throw new CauseError("codeRefused");
      await this.#write(session, "secondFactorSet", { totp_secret: pending.secret, totp_last_step: step });
      this.#pending.delete(session.user);
    });
  }

  /** Takes the second factor away. Throws `credentialsRefused`, `codeRefused` (also where there is none), `tooManyAttempts`. */
  async remove(session: Session, { password, code }: SecondFactorRemoval): Promise<void> {
    await this.#proof.with(session, "secondFactorRemoved", password, async () => {
      const { db, clock } = this.#store;
      if (!(await redeemTotpCode(db, session.user, code, clock.now()))) throw new CauseError("codeRefused");
      await this.#write(session, "secondFactorRemoved", { totp_secret: null, totp_last_step: 0 });
    });
  }

  async #write(
    session: Session,
    action: "secondFactorSet" | "secondFactorRemoved",
    values: { readonly totp_secret: string | null; readonly totp_last_step: number },
  ): Promise<void> {
    const { account, user, userName } = session;
    await act(actorOf(this.#store, session), async (db: Database) => {
      const own = db.updateTable("users").set(values).where("id", "=", user).where("account_id", "=", account);
      // One that an administrator has set meanwhile stays.
      const fitting = values.totp_secret === null ? own : own.where("totp_secret", "is", null);
      const { numUpdatedRows } = await fitting.executeTakeFirst();
      if (numUpdatedRows !== 1n) throw new CauseError("forbidden");
      return { result: undefined, act: { account, action, target: userName, change: null } };
    });
  }

  #sweep(): void {
    for (const [user, { expires }] of this.#pending) {
      if (expires > this.#store.clock.now() && this.#pending.size < mostPending) return;
      this.#pending.delete(user);
    }
  }
}
