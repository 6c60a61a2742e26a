import type { ExpressionBuilder } from "kysely";
import { sql } from "kysely";
import type { Static } from "typebox";
import { CauseError } from "../../contract/causes.ts";
import type { Machine, MachinePage, MachineQuery } from "../../contract/portal.ts";
import type { Right } from "./flows.ts";
import { reachableNetworks } from "./flows.ts";
import { timeOf } from "./store/clock.ts";
import { foldForSearch } from "./store/names.ts";
import type { Row, Schema } from "./store/schema.ts";
import type { Store } from "./store/store.ts";

export type MachineView = Static<typeof Machine>;

const usualLimit = 100;

/** Whose list it is. */
export interface Viewer {
  readonly account: string;
  readonly user: string;
}

/** What is known of machines at this moment; the database is behind when its disk is full. */
export interface MachinesNow {
  /** Who is connected to a machine. */
  readonly present: (machine: string) => readonly string[];
  /** Whether a machine's router is through; undefined: as the database says. */
  readonly online: (machine: string) => boolean | undefined;
}

/** The machines that a person has a grant for, as that person may see them. */
export class MachineList {
  readonly #store: Store;
  readonly #now: MachinesNow;

  constructor(store: Store, now: MachinesNow) {
    this.#store = store;
    this.#now = now;
  }

  /** A page in the order of names. Each word of `search` must be somewhere in name, customer, place or serial number. */
  async page(viewer: Viewer, query: Static<typeof MachineQuery>): Promise<MachinePage> {
    const limit = query.limit ?? usualLimit;
    const words = foldForSearch(query.search ?? "")
      .split(/\s+/)
      .filter(Boolean);
    const { total } = await this.#visible(viewer, words, query.state)
      .select(({ fn }) => fn.countAll<number>().as("total"))
      .executeTakeFirstOrThrow();
    let rows = this.#visible(viewer, words, query.state)
      .selectAll()
      .orderBy("sort_key")
      .orderBy("id")
      .limit(limit + 1);
    if (query.after !== undefined) {
      const after = await this.#placeOf(viewer, query.after);
      rows = rows.where(({ eb, refTuple, tuple }) =>
        eb(refTuple("sort_key", "id"), ">", tuple(after.sort_key, after.id)),
      );
    }
    const found = await rows.execute();
    const last = found.length > limit ? found[limit - 1] : undefined;
    return {
      machines: await this.#view(viewer, found.slice(0, limit)),
      total,
      after: last?.id ?? null,
    };
  }

  /** One machine; undefined when there is none that this person has a grant for. */
  async one(viewer: Viewer, machine: string): Promise<MachineView | undefined> {
    const rows = await this.#visible(viewer, []).selectAll().where("id", "=", machine).execute();
    return (await this.#view(viewer, rows))[0];
  }

  /** What a person may do in some machines. */
  async rights({ account, user }: Viewer, machines: readonly string[]): Promise<ReadonlyMap<string, readonly Right[]>> {
    if (machines.length === 0) return new Map();
    const query = this.#store.db.selectFrom("grants").selectAll().where("account_id", "=", account);
    const grants = await query
      .where("user_id", "=", user)
      .where("machine_id", "in", [...machines])
      .execute();
    return Map.groupBy(grants, (grant) => grant.machine_id);
  }

  /** A page begins behind the machine that ended the one before. */
  async #placeOf({ account }: Viewer, machine: string) {
    const query = this.#store.db.selectFrom("machines").select(["sort_key", "id"]).where("account_id", "=", account);
    const row = await query.where("id", "=", machine).executeTakeFirst();
    if (row === undefined) throw new CauseError("badRequest", "the list has changed: begin anew");
    return row;
  }

  #visible({ account, user }: Viewer, words: readonly string[], state?: Static<typeof MachineQuery>["state"]) {
    const now = this.#store.clock.now();
    // Asked for each machine that is left: a list of all grants would be built for each search, whatever it finds.
    const granted = ({ exists, selectFrom }: ExpressionBuilder<Schema, "machines">) =>
      exists(
        selectFrom("grants")
          .select("grants.id")
          .where("grants.user_id", "=", user)
          .whereRef("grants.machine_id", "=", "machines.id")
          .where((eb) => eb.or([eb("until", "is", null), eb("until", ">", now)])),
      );
    let query = this.#store.db.selectFrom("machines").where("machines.account_id", "=", account);
    if (state !== undefined) query = query.where("online", "=", state === "offline" ? 0 : 1);
    if (state === "used") {
      // Few connections are open at a time: their list is built once, not asked for each machine.
      query = query.where("machines.id", "in", (eb) =>
        eb
          .selectFrom("intents")
          .select("machine_id")
          .where("intents.account_id", "=", account)
          .where("intents.ended", "is", null),
      );
    }
    for (const word of words) query = query.where(sql<number>`instr(search_text, ${word})`, ">", 0);
    return query.where(granted);
  }

  async #view(viewer: Viewer, rows: readonly Row<"machines">[]): Promise<MachineView[]> {
    const ids = rows.map(({ id }) => id);
    const rights = await this.rights(viewer, ids);
    const networks = await this.#networks(viewer.account, ids);
    const now = this.#store.clock.now();
    return rows.map(({ id, name, customer, place, serial, online, last_seen }) => ({
      ...{ id, name, customer, place, serial },
      online: this.#now.online(id) ?? online === 1,
      lastSeen: last_seen === null ? null : timeOf(last_seen),
      networks: [...reachableNetworks(networks.get(id) ?? [], rights.get(id) ?? [], now)],
      present: [...this.#now.present(id)],
    }));
  }

  async #networks(account: string, machines: readonly string[]) {
    if (machines.length === 0) return new Map<string, Row<"machine_networks">[]>();
    const query = this.#store.db.selectFrom("machine_networks").selectAll().where("account_id", "=", account);
    const rows = await query
      .where("machine_id", "in", [...machines])
      .orderBy("network")
      .execute();
    return Map.groupBy(rows, (row) => row.machine_id);
  }
}
