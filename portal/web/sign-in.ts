import type { Static } from "typebox";
import { CauseError } from "../../contract/causes.ts";
import type { Login, LoginAnswer, LoginCode, LoginDevice, LoginHandOver, Pins } from "../../contract/portal.ts";
import { HandOvers } from "./hand-overs.ts";
import { FailureLimit, limitKeyOf } from "./limits.ts";
import { PendingLogins } from "./pending-logins.ts";
import type { NewSession, Session, Sessions, SignInPlace } from "./sessions.ts";
import { recordAudit } from "./store/audit.ts";
import { timeOf } from "./store/clock.ts";
import { nameKey } from "./store/names.ts";
import { hashPassword, verifyPassword } from "./store/passwords.ts";
import { newToken } from "./store/random.ts";
import { redeemTotpCode } from "./store/second-factor.ts";
import type { Store } from "./store/store.ts";

const minuteMs = 60_000;
/** argon2 takes 19 MiB and a core: more than these at once would only wait in memory. */
const mostAtOnce = 64;

/** The answer, and the session token for the cookie of a page. */
export interface SignedIn {
  readonly answer: LoginAnswer;
  readonly session: NewSession | null;
}

/** Sign-in by password, code and remembered device. Whatever is wrong, the refusal is the same. */
export class SignIn {
  readonly #store: Store;
  readonly #sessions: Sessions;
  readonly #pins: () => Static<typeof Pins>;
  readonly #pending: PendingLogins;
  readonly #handOvers: HandOvers;
  /** One address guessing one user's password. */
  readonly #pairs: FailureLimit;
  /** One address guessing whatever it is; an office behind one address has many people. */
  readonly #addresses: FailureLimit;
  /** Many addresses guessing one user's password. Does not hold where that person is known. */
  readonly #users: FailureLimit;
  #busy = 0;
  /** Compared with where there is no user, so that this takes as long. */
  readonly #dummyHash = hashPassword(newToken());

  constructor(store: Store, sessions: Sessions, pins: () => Static<typeof Pins>) {
    this.#store = store;
    this.#sessions = sessions;
    this.#pins = pins;
    this.#pending = new PendingLogins(store.clock);
    this.#handOvers = new HandOvers(store.clock);
    this.#pairs = new FailureLimit(store.clock, { free: 5, longestWaitMs: 15 * minuteMs });
    this.#addresses = new FailureLimit(store.clock, { free: 30, longestWaitMs: 15 * minuteMs });
    this.#users = new FailureLimit(store.clock, { free: 50, longestWaitMs: 5 * minuteMs });
  }

  /** Throws `credentialsRefused` for a wrong account, user or password, a disabled user and a locked one alike. */
  async withPassword(login: Static<typeof Login>, address: string): Promise<SignedIn> {
    if (this.#busy >= mostAtOnce) throw new CauseError("tooManyAttempts", "busy");
    this.#busy += 1;
    try {
      return await this.#withPassword(login, address);
    } finally {
      this.#busy -= 1;
    }
  }

  async #withPassword(login: Static<typeof Login>, address: string): Promise<SignedIn> {
    const user = await this.#findUser(login.account, login.user);
    // One verification and one question of the table of addresses, whoever that is.
    const fits = await verifyPassword(login.password, user?.password_hash ?? (await this.#dummyHash));
    const known = await this.#sessions.isKnownAddress(user?.id ?? "", address);
    const name = `${nameKey(login.account)}\n${nameKey(login.user)}`;
    const place = limitKeyOf(address);
    const pair = `${name}\n${place}`;
    const locked =
      this.#pairs.isBlocked(pair) || this.#addresses.isBlocked(place) || (!known && this.#users.isBlocked(name));
    if (!fits || locked || user === undefined || user.disabled === 1) {
      this.#pairs.failed(pair);
      this.#addresses.failed(place);
      this.#users.failed(name);
      await this.#audit(user?.account_id ?? null, login.user, address, "signIn", "credentialsRefused");
      throw new CauseError("credentialsRefused");
    }
    const { client, device, remember } = login;
    const who = { account: user.account_id, user: user.id, userName: user.name, name, remember };
    const where: SignInPlace = { client, device, address };
    if (user.totp_secret === null) {
      this.#pairs.succeeded(pair);
      return await this.#finish(who, where);
    }
    const { id, expires } = this.#pending.add({ ...who, place: where, pair });
    return { answer: { next: "secondFactor", pending: id, expires: timeOf(expires) }, session: null };
  }

  /** The second step of the login that `pending` names, and of that user alone. Throws `codeRefused` or `loginExpired`. */
  async withCode({ pending, code }: Static<typeof LoginCode>, address: string): Promise<SignedIn> {
    const login = this.#pending.take(pending);
    if (login === undefined) throw new CauseError("loginExpired");
    // Guessing codes needs the password. It is slowed down all the same, and a right code does not help while it is.
    const known = await this.#sessions.isKnownAddress(login.user, address);
    const blocked = this.#pairs.isBlocked(login.pair) || (!known && this.#users.isBlocked(login.name));
    const fits = await redeemTotpCode(this.#store.db, login.user, code, this.#store.clock.now());
    if (!fits || blocked) {
      this.#pairs.failed(login.pair);
      this.#users.failed(login.name);
      await this.#audit(login.account, login.userName, address, "secondFactor", "codeRefused");
      throw new CauseError("codeRefused");
    }
    this.#pending.delete(pending);
    this.#pairs.succeeded(login.pair);
    if (!(await this.#isEnabled(login.user))) throw new CauseError("loginExpired");
    return await this.#finish(login, login.place);
  }

  /** A device that was remembered. Throws `credentialsRefused`. */
  async withDevice({ deviceToken, device }: Static<typeof LoginDevice>, address: string): Promise<SignedIn> {
    const place = limitKeyOf(address);
    const found = await this.#sessions.findDevice(deviceToken);
    if (found === undefined || this.#addresses.isBlocked(place)) {
      this.#addresses.failed(place);
      await this.#audit(null, "stranger", address, "deviceSignIn", "credentialsRefused");
      throw new CauseError("credentialsRefused");
    }
    const { account, user, userName, id } = found;
    const session = await this.#sessions.create(
      account,
      user,
      { client: "agent", device, address },
      { device: id, parent: null },
    );
    await this.#audit(account, userName, address, "deviceSignIn", "done");
    return { answer: this.#signedIn(session, "agent", null), session };
  }

  /** A code by which a page may sign in as who is signed in at the agent. */
  handOver(session: Session): { readonly code: string; readonly expires: string } {
    const { code, expires } = this.#handOvers.draw(session);
    return { code, expires: timeOf(expires) };
  }

  /** A page with a code of {@link handOver}. Throws `credentialsRefused`, whether it is wrong, used, too old, or its session over. */
  async withHandOver({ code }: LoginHandOver, address: string): Promise<SignedIn> {
    const place = limitKeyOf(address);
    const parent = this.#handOvers.take(code);
    const blocked = this.#addresses.isBlocked(place);
    // Asked for whatever the code is, so that the answer takes as long.
    const begotten = blocked ? undefined : await this.#sessions.beget(parent ?? "", address);
    if (begotten === undefined) {
      this.#addresses.failed(place);
      await this.#audit(null, "stranger", address, "handOverSignIn", "credentialsRefused");
      throw new CauseError("credentialsRefused");
    }
    const { account, userName, session } = begotten;
    await this.#audit(account, userName, address, "handOverSignIn", "done");
    return { answer: this.#signedIn(session, "page", null), session };
  }

  /** Ends a session at its owner's wish. */
  async signOut({ id, account, userName, address }: Session): Promise<void> {
    await this.#sessions.end(id);
    await this.#audit(account, userName, address, "signOut", "done");
  }

  async #finish(
    who: { readonly account: string; readonly user: string; readonly userName: string; readonly remember: boolean },
    place: SignInPlace,
  ): Promise<SignedIn> {
    const remember = who.remember && place.client === "agent";
    const device = remember ? await this.#sessions.rememberDevice(who.account, who.user, place.device) : null;
    const session = await this.#sessions.create(who.account, who.user, place, {
      device: device?.id ?? null,
      parent: null,
    });
    await this.#audit(who.account, who.userName, place.address, "signIn", "done");
    return { answer: this.#signedIn(session, place.client, device?.token ?? null), session };
  }

  #signedIn(session: NewSession, client: "agent" | "page", deviceToken: string | null): LoginAnswer {
    const token = client === "agent" ? session.token : null;
    return { next: "signedIn", token, deviceToken, expires: timeOf(session.expires), pins: this.#pins() };
  }

  async #findUser(account: string, user: string) {
    return await this.#store.db
      .selectFrom("users")
      .innerJoin("accounts", "accounts.id", "users.account_id")
      .selectAll("users")
      .where("accounts.name_key", "=", nameKey(account))
      .where("users.name_key", "=", nameKey(user))
      .executeTakeFirst();
  }

  async #isEnabled(user: string): Promise<boolean> {
    const query = this.#store.db.selectFrom("users").select("disabled").where("id", "=", user);
    return (await query.executeTakeFirst())?.disabled === 0;
  }

  async #audit(account: string | null, actor: string, address: string, action: string, result: string): Promise<void> {
    const { db, clock } = this.#store;
    const entry = { actor: `user:${actor}`, account, address, action, target: null, result };
    await db.transaction().execute((transaction) => recordAudit(transaction, clock.now(), entry));
  }
}
