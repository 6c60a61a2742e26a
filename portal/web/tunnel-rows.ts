import type { Cause } from "../../contract/causes.ts";
import { recordAudit } from "./store/audit.ts";
import { Facts } from "./store/facts.ts";
import type { Row } from "./store/schema.ts";
import type { Store } from "./store/store.ts";
import type { LiveTunnel, TunnelDraft } from "./tunnel-book.ts";

/** Tunnels in the database: what lives outlives a restart of web, what ended is history. */
export class TunnelRows {
  readonly #store: Store;
  readonly #facts: Facts;

  constructor(store: Store) {
    this.#store = store;
    this.#facts = new Facts(store.clock);
  }

  async live(): Promise<readonly Row<"tunnels">[]> {
    return await this.#store.db.selectFrom("tunnels").selectAll().where("state", "<>", "ended").execute();
  }

  async offered(draft: TunnelDraft): Promise<void> {
    const { id, kind, device, laptop, offset, mac, created, expires } = draft;
    await this.#store.db
      .insertInto("tunnels")
      .values({
        ...{ id, kind, device, laptop, offset, mac, created, expires },
        account_id: draft.account,
        user_id: draft.user,
        session_id: draft.session,
        machine_id: draft.machine,
        password_hash: draft.passwordHash,
        state: "offered",
        received: 0,
        sent: 0,
      })
      .execute();
  }

  async opened(tunnel: LiveTunnel, sourcePort: number | null): Promise<void> {
    await this.#store.db
      .updateTable("tunnels")
      .set({ state: "opened", opened: tunnel.opened, source_port: sourcePort, caller: tunnel.relay?.caller ?? null })
      .where("id", "=", tunnel.id)
      .execute();
  }

  async ended({ id, received, sent }: LiveTunnel, cause: Cause | null): Promise<void> {
    const values = { state: "ended", ended: this.#store.clock.now(), cause, received, sent } as const;
    await this.#facts.record(async () => {
      await this.#store.db.updateTable("tunnels").set(values).where("id", "=", id).execute();
    });
  }

  async audit(tunnel: LiveTunnel, action: "tunnelOpened" | "tunnelEnded", result: string): Promise<void> {
    const { db, clock } = this.#store;
    const now = clock.now();
    const actor = await this.#nameOf(tunnel);
    const detail = { received: tunnel.received, sent: tunnel.sent, laptop: tunnel.laptop };
    const address = tunnel.relay?.caller ?? null;
    const entry = { actor, account: tunnel.account, address, action, target: tunnel.id, result, detail };
    await this.#facts.record(() => db.transaction().execute((transaction) => recordAudit(transaction, now, entry)));
  }

  async #nameOf({ machine, user }: LiveTunnel): Promise<string> {
    const { db } = this.#store;
    if (user === null) {
      const row = await db.selectFrom("machines").select("name").where("id", "=", machine).executeTakeFirst();
      return `router:${row?.name ?? machine}`;
    }
    const row = await db.selectFrom("users").select("name").where("id", "=", user).executeTakeFirst();
    return `user:${row?.name ?? user}`;
  }
}
