import { CauseError } from "../../contract/causes.ts";
import type { SessionList } from "../../contract/portal.ts";
import type { Session } from "./sessions.ts";
import { timeOf } from "./store/clock.ts";
import { removeDevice } from "./store/devices.ts";
import type { Database } from "./store/schema.ts";
import type { Admin, Store } from "./store/store.ts";
import { act } from "./store/store.ts";

const mostShown = 500;

/** Who changes what is her own, for the audit log. */
export function actorOf(store: Store, { userName, address }: Session): Admin {
  return { store, actor: `user:${userName}`, address };
}

/** Where a person is signed in, and where she may be without password and code. */
export class OwnSessions {
  readonly #store: Store;
  readonly #review: () => Promise<void>;

  /** `review` makes what runs agree with the database: streams and tunnels of sessions that are gone are cut. */
  constructor(store: Store, review: () => Promise<void>) {
    this.#store = store;
    this.#review = review;
  }

  async list(session: Session): Promise<SessionList> {
    const { db, clock } = this.#store;
    const sessions = await db
      .selectFrom("sessions")
      .select(["id", "client", "device", "address", "created", "expires"])
      .where("account_id", "=", session.account)
      .where("user_id", "=", session.user)
      .where("expires", ">", clock.now())
      .orderBy("created", "desc")
      .limit(mostShown)
      .execute();
    const devices = await db
      .selectFrom("devices")
      .select(["id", "name", "created", "last_used", "expires"])
      .where("account_id", "=", session.account)
      .where("user_id", "=", session.user)
      .where("expires", ">", clock.now())
      .orderBy("last_used", "desc")
      .limit(mostShown)
      .execute();
    return {
      sessions: sessions.map(({ created, expires, ...shown }) => ({
        ...shown,
        created: timeOf(created),
        expires: timeOf(expires),
        current: shown.id === session.id,
      })),
      devices: devices.map(({ created, last_used, expires, ...shown }) => ({
        ...shown,
        created: timeOf(created),
        lastUsed: timeOf(last_used),
        expires: timeOf(expires),
      })),
    };
  }

  /** Ends one of the person's own: its web access, event stream and tunnel. `notFound` for everything else. */
  async end(session: Session, id: string): Promise<void> {
    await act(actorOf(this.#store, session), async (db) => {
      const { account, user, userName } = session;
      const own = db.deleteFrom("sessions").where("account_id", "=", account).where("user_id", "=", user);
      const { numDeletedRows } = await own.where("id", "=", id).executeTakeFirst();
      if (numDeletedRows === 0n) throw new CauseError("notFound");
      const entry = { account, action: "sessionEnded", target: userName, detail: { session: id } };
      return { result: undefined, act: { ...entry, change: "user" as const } };
    });
    await this.cut();
  }

  /** Forgets a device of one's own, and ends the sessions that it began. `notFound` for everything else. */
  async forget(session: Session, device: string): Promise<void> {
    await removeDevice(actorOf(this.#store, session), session.accountName, session.userName, device);
    await this.cut();
  }

  /** Cuts streams and tunnels of sessions that are gone. */
  async cut(): Promise<void> {
    await this.#review();
  }
}

/**
 * Ends all sessions and remembered devices of a person but those of the computer that asks: the session itself, the agent's that it
 * came out of, and the device that these rest on.
 */
export async function endOthers(db: Database, { id, account, user }: Session): Promise<void> {
  const here = await db
    .selectFrom("sessions")
    .select(["parent_id", "device_id"])
    .where("id", "=", id)
    .executeTakeFirst();
  const kept = [id, here?.parent_id ?? id];
  const devices = db.deleteFrom("devices").where("account_id", "=", account).where("user_id", "=", user);
  await devices.where("id", "<>", here?.device_id ?? "").execute();
  const sessions = db.deleteFrom("sessions").where("account_id", "=", account).where("user_id", "=", user);
  await sessions.where("id", "not in", kept).execute();
}
