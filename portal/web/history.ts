import type { Static } from "typebox";
import { Type } from "typebox";
import { CauseError, causes } from "../../contract/causes.ts";
import { closed } from "../../contract/decoder.ts";
import type { HistoryNote, HistoryPage, HistoryReport } from "../../contract/portal.ts";
import { Id, text } from "../../contract/values.ts";
import { pairsOf } from "./intent-rows.ts";
import type { Intents } from "./intents.ts";
import type { Viewer } from "./machine-list.ts";
import type { Session } from "./sessions.ts";
import { recordAudit } from "./store/audit.ts";
import { timeOf } from "./store/clock.ts";
import type { Database, Row } from "./store/schema.ts";
import type { Store } from "./store/store.ts";
import type { TunnelBook } from "./tunnel-book.ts";

export const HistoryQuery = closed({
  /** Only the connections to this machine. */
  machine: Type.Optional(Id),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  before: Type.Optional(text(200)),
});

const usualLimit = 100;

/** The connections of the past and of now, newest first: one's own, and those to machines one has a grant for. */
export class History {
  readonly #store: Store;
  readonly #tunnels: TunnelBook;
  readonly #intents: Pick<Intents, "endUnseen">;

  constructor(store: Store, tunnels: TunnelBook, intents: Pick<Intents, "endUnseen">) {
    this.#store = store;
    this.#tunnels = tunnels;
    this.#intents = intents;
  }

  async page({ account, user }: Viewer, query: Static<typeof HistoryQuery>): Promise<HistoryPage> {
    const limit = query.limit ?? usualLimit;
    const now = this.#store.clock.now();
    let rows = this.#store.db
      .selectFrom("intents")
      .selectAll()
      .where("account_id", "=", account)
      .where((eb) =>
        eb.or([
          eb("user_id", "=", user),
          eb(
            "machine_id",
            "in",
            eb
              .selectFrom("grants")
              .select("machine_id")
              .where("grants.user_id", "=", user)
              .where((grant) => grant.or([grant("until", "is", null), grant("until", ">", now)])),
          ),
        ]),
      )
      .orderBy("started", "desc")
      .orderBy("id", "desc")
      .limit(limit + 1);
    if (query.machine !== undefined) rows = rows.where("machine_id", "=", query.machine);
    if (query.before !== undefined) {
      const before = readCursor(query.before);
      rows = rows.where(({ eb, refTuple, tuple }) =>
        eb(refTuple("started", "id"), "<", tuple(before.started, before.id)),
      );
    }
    const found = await rows.execute();
    const last = found.length > limit ? found[limit - 1] : undefined;
    return {
      connections: found.slice(0, limit).map((row) => this.#view(row)),
      before: last === undefined ? null : `${last.started}.${last.id}`,
    };
  }

  /**
   * Fills in once how one's own connection ended that the portal has not seen end: because it still thinks it open, or noticed only
   * after a restart. What it saw itself stays, and so does what was filled in before. Throws `notFound`.
   */
  async report(session: Session, intent: string, { until, received, sent, ended }: HistoryReport): Promise<void> {
    const told = Date.parse(until);
    if (Number.isNaN(told)) throw new CauseError("badRequest", "until");
    await this.#own(this.#store.db, session, intent);
    await this.#intents.endUnseen(session, intent, ended);
    await this.#change(session, "historyReported", { until, received, sent, ended }, async (db) => {
      const row = await this.#own(db, session, intent);
      if (row.end_seen !== 0 || row.ended === null) return null;
      const filled = {
        // A laptop's clock is no authority: neither before the beginning nor after the portal noticed.
        ended: Math.min(Math.max(told, row.started), row.ended),
        cause: ended,
        received: Math.max(row.received, sent),
        sent: Math.max(row.sent, received),
        end_seen: 1,
      };
      await db.updateTable("intents").set(filled).where("id", "=", intent).execute();
      return intent;
    });
  }

  /** Writes the note of one's own connection, in place of the one before. Throws `notFound`. */
  async note(session: Session, intent: string, { note }: HistoryNote): Promise<void> {
    await this.#change(session, "historyNoted", { length: note.length }, async (db) => {
      const row = await this.#own(db, session, intent);
      if (row.note === note) return null;
      await db.updateTable("intents").set({ note }).where("id", "=", intent).execute();
      return intent;
    });
  }

  /** Runs `work`, which names what it changed, in one transaction with its line in the audit log. */
  async #change(
    { account, userName, address }: Session,
    action: string,
    detail: Readonly<Record<string, unknown>>,
    work: (db: Database) => Promise<string | null>,
  ): Promise<void> {
    const { db, clock } = this.#store;
    await db.transaction().execute(async (transaction) => {
      const target = await work(transaction);
      if (target === null) return;
      const entry = { actor: `user:${userName}`, account, address, action, target, result: "done", detail };
      await recordAudit(transaction, clock.now(), entry);
    });
  }

  /** One's own row; another person's is not there. */
  async #own(db: Database, { account, user }: Session, intent: string): Promise<Row<"intents">> {
    const query = db.selectFrom("intents").selectAll().where("account_id", "=", account).where("user_id", "=", user);
    const row = await query.where("id", "=", intent).executeTakeFirst();
    if (row === undefined) throw new CauseError("notFound");
    return row;
  }

  /** Bytes as the technician sees them: what the portal sent was received at the laptop. */
  #view(row: Row<"intents">): HistoryPage["connections"][number] {
    const tunnel = row.ended === null ? this.#tunnels.get(row.tunnel_id) : undefined;
    return {
      id: row.id,
      user: row.user_name,
      machine: row.machine_name,
      laptop: row.laptop,
      from: timeOf(row.started),
      until: row.ended === null ? null : timeOf(row.ended),
      networks: pairsOf(row.networks),
      received: tunnel === undefined ? row.sent : Math.max(0, tunnel.sent - row.sent_before),
      sent: tunnel === undefined ? row.received : Math.max(0, tunnel.received - row.received_before),
      orderNumber: row.order_number,
      reason: row.reason,
      note: row.note,
      ended: causes.find((cause) => cause === row.cause) ?? null,
    };
  }
}

function readCursor(cursor: string): { readonly started: number; readonly id: string } {
  const [started, id] = cursor.split(".");
  if (id === undefined || !Number.isSafeInteger(Number(started))) throw new CauseError("badRequest", "before");
  return { started: Number(started), id };
}
