import { CauseError } from "../../contract/causes.ts";
import type { MachineNetwork } from "../../contract/portal.ts";
import { isActive, reachableNetworks } from "./flows.ts";
import type { Viewer } from "./machine-list.ts";
import { networksOfMachine } from "./store/networks.ts";
import type { Row } from "./store/schema.ts";
import type { Store } from "./store/store.ts";

/** A machine as one person may use it. */
export interface Access {
  readonly machine: Row<"machines">;
  readonly reachable: readonly MachineNetwork[];
  /** All of the machine's networks, reachable or not. */
  readonly networks: readonly string[];
}

/** Rights of people in machines, read from the database each time: what was withdrawn a moment ago does not count. */
export class MachineAccess {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Throws `machineUnknown` for what is not there, is another account's, or what the person has no grant for: all the same. */
  async of({ account, user }: Viewer, machineId: string): Promise<Access> {
    const { db, clock } = this.#store;
    const query = db.selectFrom("machines").selectAll().where("account_id", "=", account);
    const machine = await query.where("id", "=", machineId).executeTakeFirst();
    const grants = await db
      .selectFrom("grants")
      .innerJoin("users", "users.id", "grants.user_id")
      .selectAll("grants")
      .where("grants.account_id", "=", account)
      .where("grants.user_id", "=", user)
      .where("grants.machine_id", "=", machineId)
      .where("users.disabled", "=", 0)
      .execute();
    const active = grants.filter((grant) => isActive(grant, clock.now()));
    if (machine === undefined || active.length === 0) throw new CauseError("machineUnknown");
    const networks = await networksOfMachine(db, machineId);
    const reachable = reachableNetworks(networks, active, clock.now());
    return { machine, reachable, networks: networks.map(({ network }) => network) };
  }

  /** The networks that were asked for. Throws `networkUnknown` or `rightsMissing`. */
  choose({ reachable, networks }: Access, wanted: readonly string[] | null): readonly MachineNetwork[] {
    if (reachable.length === 0) throw new CauseError("rightsMissing");
    if (wanted === null) return reachable;
    const chosen = [...new Set(wanted)].map((text) => {
      // A network may be named by its stand-in: that is what a laptop shows beside it.
      const found = reachable.find(({ network, standIn }) => network === text || standIn === text);
      if (found === undefined) throw new CauseError(networks.includes(text) ? "rightsMissing" : "networkUnknown", text);
      return found;
    });
    if (chosen.length === 0) throw new CauseError("networkUnknown");
    return chosen;
  }

  /** When the first of the grants ends that these connections rest on. */
  async nextEnd(
    connections: readonly { readonly user: string; readonly machine: string }[],
  ): Promise<number | undefined> {
    const { db, clock } = this.#store;
    let first: number | undefined;
    for (const { user, machine } of connections) {
      const query = db
        .selectFrom("grants")
        .select("until")
        .where("user_id", "=", user)
        .where("machine_id", "=", machine);
      const next = await query.where("until", ">", clock.now()).orderBy("until").executeTakeFirst();
      if (next?.until != null) first = Math.min(first ?? next.until, next.until);
    }
    return first;
  }
}
