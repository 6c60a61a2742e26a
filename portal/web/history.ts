import type { Static } from "typebox";
import { Type } from "typebox";
import { CauseError, causes } from "../../contract/causes.ts";
import { closed } from "../../contract/decoder.ts";
import type { HistoryPage } from "../../contract/portal.ts";
import { text } from "../../contract/values.ts";
import { pairsOf } from "./intent-rows.ts";
import type { Viewer } from "./machine-list.ts";
import { timeOf } from "./store/clock.ts";
import type { Row } from "./store/schema.ts";
import type { Store } from "./store/store.ts";
import type { TunnelBook } from "./tunnel-book.ts";

export const HistoryQuery = closed({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  before: Type.Optional(text(200)),
});

const usualLimit = 100;

/** The connections of the past and of now, newest first: one's own, and those to machines one has a grant for. */
export class History {
  readonly #store: Store;
  readonly #tunnels: TunnelBook;

  constructor(store: Store, tunnels: TunnelBook) {
    this.#store = store;
    this.#tunnels = tunnels;
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
      ended: causes.find((cause) => cause === row.cause) ?? null,
    };
  }
}

function readCursor(cursor: string): { readonly started: number; readonly id: string } {
  const [started, id] = cursor.split(".");
  if (id === undefined || !Number.isSafeInteger(Number(started))) throw new CauseError("badRequest", "before");
  return { started: Number(started), id };
}
