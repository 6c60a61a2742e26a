import type { Cause } from "../../contract/causes.ts";
import type { IntentState, MachineNetwork, NetworkPair } from "../../contract/portal.ts";
import { recordAudit } from "./store/audit.ts";
import { Facts } from "./store/facts.ts";
import type { Row } from "./store/schema.ts";
import type { Store } from "./store/store.ts";

/** A connection that is open. */
export interface OpenIntent {
  readonly id: string;
  readonly account: string;
  readonly user: string;
  readonly userName: string;
  readonly tunnel: string;
  readonly machine: string;
  readonly machineName: string;
  readonly laptop: string;
  readonly routerOffset: number;
  orderNumber: string;
  reason: string;
  readonly started: number;
  readonly receivedBefore: number;
  readonly sentBefore: number;
  /** The networks that were asked for, and what the rights of this moment open of them. */
  asked: readonly string[];
  networks: readonly MachineNetwork[];
  /** What the agent reported last; null before its first report. */
  state: IntentState | null;
}

/** The column `networks`: as they were reached last. */
export function pairsOf(column: string): NetworkPair[] {
  return JSON.parse(column) as NetworkPair[];
}

/** The column `state`: `{}` before the first report. */
function stateOf(column: string): IntentState | null {
  return column === "{}" ? null : (JSON.parse(column) as IntentState);
}

/** Counters of a tunnel. */
interface Counters {
  readonly received: number;
  readonly sent: number;
}

/** Open connections in memory and all of them in the database, which is the history. */
export class IntentRows {
  readonly #store: Store;
  readonly #facts: Facts;
  readonly #open = new Map<string, OpenIntent>();
  /** Ended since the last count of their tunnel, by tunnel. */
  readonly #uncounted = new Map<string, OpenIntent[]>();

  constructor(store: Store) {
    this.#store = store;
    this.#facts = new Facts(store.clock);
  }

  async load(): Promise<void> {
    const rows = await this.#store.db
      .selectFrom("intents")
      .leftJoin("machines", "machines.id", "intents.machine_id")
      .selectAll("intents")
      .select("machines.router_offset")
      .where("ended", "is", null)
      .orderBy("started")
      .execute();
    for (const row of rows) {
      this.#open.set(row.id, {
        id: row.id,
        account: row.account_id,
        user: row.user_id,
        userName: row.user_name,
        tunnel: row.tunnel_id,
        machine: row.machine_id,
        machineName: row.machine_name,
        laptop: row.laptop,
        // Gone with its machine; the first review ends such a connection.
        routerOffset: row.router_offset ?? 0,
        orderNumber: row.order_number,
        reason: row.reason,
        started: row.started,
        receivedBefore: row.received_before,
        sentBefore: row.sent_before,
        asked: pairsOf(row.networks).map(({ network }) => network),
        networks: [],
        state: stateOf(row.state),
      });
    }
  }

  get(id: string): OpenIntent | undefined {
    return this.#open.get(id);
  }

  isOpen(intent: OpenIntent): boolean {
    return this.#open.get(intent.id) === intent;
  }

  all(): readonly OpenIntent[] {
    return [...this.#open.values()];
  }

  ofAccount(account: string): readonly OpenIntent[] {
    return this.all().filter((intent) => intent.account === account);
  }

  /** Opens it, or notes its other networks and what it is for. In memory at once. Throws when it cannot be written: then it must not stay. */
  async write(intent: OpenIntent): Promise<void> {
    this.#open.set(intent.id, intent);
    const networks = JSON.stringify(intent.networks.map(({ network, standIn }) => ({ network, standIn })));
    const { orderNumber: order_number, reason } = intent;
    await this.#store.db
      .insertInto("intents")
      .values({
        id: intent.id,
        account_id: intent.account,
        tunnel_id: intent.tunnel,
        user_id: intent.user,
        user_name: intent.userName,
        machine_id: intent.machine,
        machine_name: intent.machineName,
        laptop: intent.laptop,
        networks,
        order_number,
        reason,
        state: "{}",
        started: intent.started,
        received_before: intent.receivedBefore,
        sent_before: intent.sentBefore,
        received: 0,
        sent: 0,
      })
      .onConflict((conflict) => conflict.column("id").doUpdateSet({ networks, order_number, reason }))
      .execute();
  }

  async setState(intent: OpenIntent, state: IntentState): Promise<void> {
    intent.state = state;
    await this.#update(intent, { state: JSON.stringify(state) });
  }

  /**
   * Closes it with what its tunnel carried meanwhile, as far as that was counted. In memory at once. `unseen`: the portal did not see
   * it end; the laptop may tell later how it did.
   */
  async close(
    intent: OpenIntent,
    cause: Cause | null,
    tunnel: Counters | undefined,
    end: "seen" | "unseen",
  ): Promise<void> {
    this.#open.delete(intent.id);
    if (tunnel) this.#uncounted.set(intent.tunnel, [...(this.#uncounted.get(intent.tunnel) ?? []), intent]);
    const ended = this.#store.clock.now();
    await this.#update(intent, { ended, cause, ...carried(intent, tunnel), end_seen: end === "seen" ? 1 : 0 });
  }

  /** A tunnel's new count, each five seconds, holds what the connections carried that ended since the last one. */
  async count(tunnel: string, counters: Counters): Promise<void> {
    const ended = this.#uncounted.get(tunnel) ?? [];
    this.#uncounted.delete(tunnel);
    for (const intent of ended) await this.#update(intent, carried(intent, counters));
  }

  async #update({ id }: OpenIntent, values: Partial<Omit<Row<"intents">, "id">>): Promise<void> {
    await this.#facts.record(async () => {
      await this.#store.db.updateTable("intents").set(values).where("id", "=", id).execute();
    });
  }

  async audit(intent: OpenIntent, action: string, result: string, address: string | null): Promise<void> {
    const { db, clock } = this.#store;
    const now = clock.now();
    const { userName, account, machine, tunnel, asked, orderNumber, reason } = intent;
    const detail = { machine: intent.machineName, tunnel, networks: asked, orderNumber, reason };
    const entry = { actor: `user:${userName}`, account, address, action, target: machine, result, detail };
    await this.#facts.record(() => db.transaction().execute((transaction) => recordAudit(transaction, now, entry)));
  }
}

function carried({ receivedBefore, sentBefore }: OpenIntent, tunnel: Counters | undefined): Counters {
  return {
    received: Math.max(0, (tunnel?.received ?? receivedBefore) - receivedBefore),
    sent: Math.max(0, (tunnel?.sent ?? sentBefore) - sentBefore),
  };
}
