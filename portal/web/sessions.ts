import { limitKeyOf } from "./limits.ts";
import { newId, newToken, sha256 } from "./store/random.ts";
import type { Database } from "./store/schema.ts";
import type { Store } from "./store/store.ts";

const sessionMs = 12 * 3_600_000;
const deviceMs = 30 * 86_400_000;
const dayMs = 86_400_000;

/** Who asks: account and user come from here and from nowhere else. */
export interface Session {
  readonly id: string;
  readonly client: "agent" | "page";
  readonly account: string;
  readonly accountName: string;
  readonly user: string;
  readonly userName: string;
  readonly secondFactor: boolean;
  /** Where it began. */
  readonly address: string;
  readonly expires: number;
}

/** Where and with what somebody signs in. */
export interface SignInPlace {
  readonly client: "agent" | "page";
  readonly device: string;
  readonly address: string;
}

/** What a new session rests on, and with which it ends: a remembered device, or the agent's session that a page's came out of. */
export interface SessionOrigin {
  readonly device: string | null;
  readonly parent: { readonly id: string; readonly expires: number } | null;
}

export interface NewSession {
  readonly token: string;
  readonly expires: number;
}

/** Sessions (12 h) and remembered devices (30 days). Only hashes of their tokens are kept. */
export class Sessions {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** A new session with an id and a token that nobody had before: nothing of an earlier one is taken over. */
  async create(account: string, user: string, place: SignInPlace, origin: SessionOrigin): Promise<NewSession> {
    const { db, clock } = this.#store;
    const token = newToken();
    const now = clock.now();
    const expires = Math.min(now + sessionMs, origin.parent?.expires ?? Number.POSITIVE_INFINITY);
    const { client, device, address } = place;
    // A session that ran out keeps its row for a while: a tunnel whose session has none was revoked (review.ts).
    await db
      .deleteFrom("sessions")
      .where("expires", "<", now - deviceMs)
      .execute();
    await db
      .insertInto("sessions")
      .values({
        id: newId(),
        account_id: account,
        user_id: user,
        token_hash: sha256(token),
        client,
        device,
        device_id: origin.device,
        parent_id: origin.parent?.id ?? null,
        address,
        created: now,
        expires,
      })
      .execute();
    await this.#remember(db, account, user, address, now);
    return { token, expires };
  }

  /** A page's session out of an agent's, which has just handed itself over; undefined when that one is no longer good. */
  async beget(
    parent: string,
    address: string,
  ): Promise<{ readonly account: string; readonly userName: string; readonly session: NewSession } | undefined> {
    const { db, clock } = this.#store;
    const row = await db
      .selectFrom("sessions")
      .innerJoin("users", "users.id", "sessions.user_id")
      .select(["sessions.id", "sessions.account_id", "sessions.user_id", "sessions.device", "sessions.device_id"])
      .select(["sessions.expires", "users.name as userName"])
      .where("sessions.id", "=", parent)
      .where("sessions.client", "=", "agent")
      .where("sessions.expires", ">", clock.now())
      .where("users.disabled", "=", 0)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { account_id: account, user_id: user, device, device_id, expires, userName } = row;
    const origin = { device: device_id, parent: { id: parent, expires } };
    return {
      account,
      userName,
      session: await this.create(account, user, { client: "page", device, address }, origin),
    };
  }

  /** The session of a token; undefined when there is none, it has ended, or its user is disabled. */
  async find(token: string, client: "agent" | "page"): Promise<Session | undefined> {
    const { db, clock } = this.#store;
    const row = await db
      .selectFrom("sessions")
      .innerJoin("users", "users.id", "sessions.user_id")
      .innerJoin("accounts", "accounts.id", "sessions.account_id")
      .select([
        "sessions.id",
        "sessions.client",
        "sessions.expires",
        "sessions.address",
        "users.id as user",
        "users.name as userName",
      ])
      .select(["accounts.id as account", "accounts.name as accountName", "users.totp_secret"])
      .where("sessions.token_hash", "=", sha256(token))
      .where("sessions.client", "=", client)
      .where("sessions.expires", ">", clock.now())
      .where("users.disabled", "=", 0)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { totp_secret, ...session } = row;
    return { ...session, secondFactor: totp_secret !== null };
  }

  async end(session: string): Promise<void> {
    await this.#store.db.deleteFrom("sessions").where("id", "=", session).execute();
  }

  /** Ends the session of a token, if it is one. */
  async endToken(token: string): Promise<void> {
    await this.#store.db.deleteFrom("sessions").where("token_hash", "=", sha256(token)).execute();
  }

  /** Those of `ids` that are still good. */
  async stillGood(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const rows = await this.#store.db
      .selectFrom("sessions")
      .innerJoin("users", "users.id", "sessions.user_id")
      .select("sessions.id")
      .where("sessions.id", "in", [...ids])
      .where("users.disabled", "=", 0)
      .execute();
    return new Set(rows.map(({ id }) => id));
  }

  /** A token that replaces password and code on this device. */
  async rememberDevice(
    account: string,
    user: string,
    name: string,
  ): Promise<{ readonly id: string; readonly token: string }> {
    const { db, clock } = this.#store;
    const token = newToken();
    const id = newId();
    const now = clock.now();
    await db.deleteFrom("devices").where("expires", "<", now).execute();
    await db
      .insertInto("devices")
      .values({
        id,
        account_id: account,
        user_id: user,
        token_hash: sha256(token),
        name,
        created: now,
        last_used: now,
        expires: now + deviceMs,
      })
      .execute();
    return { id, token };
  }

  /** Whose device that is; undefined for none, an expired one, or a disabled user's. */
  async findDevice(token: string) {
    const { db, clock } = this.#store;
    const device = await db
      .selectFrom("devices")
      .innerJoin("users", "users.id", "devices.user_id")
      .select(["devices.id", "devices.account_id as account", "users.id as user", "users.name as userName"])
      .where("devices.token_hash", "=", sha256(token))
      .where("devices.expires", ">", clock.now())
      .where("users.disabled", "=", 0)
      .executeTakeFirst();
    if (device === undefined) return undefined;
    await db.updateTable("devices").set({ last_used: clock.now() }).where("id", "=", device.id).execute();
    return device;
  }

  /** Whether the person signed in from that address within 30 days: there, strangers' guessing does not slow them down. */
  async isKnownAddress(user: string, address: string): Promise<boolean> {
    const { db, clock } = this.#store;
    const query = db.selectFrom("known_addresses").select("address").where("user_id", "=", user);
    const known = query.where("address", "=", limitKeyOf(address)).where("last_used", ">", clock.now() - deviceMs);
    return (await known.executeTakeFirst()) !== undefined;
  }

  async #remember(db: Database, account: string, user: string, address: string, now: number): Promise<void> {
    await db
      .insertInto("known_addresses")
      .values({ account_id: account, user_id: user, address: limitKeyOf(address), last_used: now })
      .onConflict((conflict) => conflict.columns(["user_id", "address"]).doUpdateSet({ last_used: now }))
      .execute();
    await db
      .deleteFrom("known_addresses")
      .where("last_used", "<", now - deviceMs - dayMs)
      .execute();
  }
}
