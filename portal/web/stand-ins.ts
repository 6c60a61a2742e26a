import { CauseError } from "../../contract/causes.ts";
import type { StandInRequest } from "../../contract/portal.ts";
import type { AccountBook } from "./account-book.ts";
import { MachineAccess } from "./machine-access.ts";
import type { MachineList, MachineView } from "./machine-list.ts";
import type { Session } from "./sessions.ts";
import { setStandIn } from "./store/networks.ts";
import type { Store } from "./store/store.ts";
import type { TunnelBook } from "./tunnel-book.ts";

/** A router that has lost its tunnel dials anew at once; one that is not back by then has a trouble of its own. */
const routerLimitMs = 30_000;

export interface StandInsOptions {
  readonly store: Store;
  readonly accounts: AccountBook;
  readonly book: TunnelBook;
  readonly list: MachineList;
  /** Makes what runs agree with the database: routers of changed machines dial anew. */
  readonly review: () => Promise<void>;
}

/** Stand-in prefixes on a technician's request. */
export class StandIns {
  readonly #options: StandInsOptions;
  readonly #access: MachineAccess;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(options: StandInsOptions) {
    this.#options = options;
    this.#access = new MachineAccess(options.store);
  }

  /**
   * Draws a prefix for each network and resolves once the router serves them. Throws `machineUnknown`, `networkUnknown`,
   * `rightsMissing` where the right is on a part of a network only, `standInRefused`, `machineOffline`.
   */
  async request(session: Session, machineId: string, { networks }: StandInRequest): Promise<MachineView> {
    const { store, accounts, book, list, review } = this.#options;
    const access = await this.#access.of(session, machineId);
    const chosen = this.#access.choose(access, networks);
    if (chosen.some(({ only }) => only !== null)) throw new CauseError("rightsMissing");
    if (accounts.expect(session.account).stand_in === "never") throw new CauseError("standInRefused");
    if (book.routerOf(machineId) === undefined) throw new CauseError("machineOffline");
    const admin = { store, actor: `user:${session.userName}` };
    for (const { network } of chosen) {
      await setStandIn(admin, session.accountName, access.machine.name, network, "drawn");
    }
    const back = this.#routerBack(machineId);
    await review();
    await back;
    const machine = await list.one(session, machineId);
    if (machine === undefined) throw new CauseError("machineUnknown");
    return machine;
  }

  /** A machine's router is through. */
  routerOpened(machine: string): void {
    for (const wake of this.#waiting.get(machine) ?? []) wake();
    this.#waiting.delete(machine);
  }

  #routerBack(machine: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(machine) ?? new Set();
    this.#waiting.set(machine, waiting.add(resolve));
    const cancel = this.#options.store.clock.after(routerLimitMs, () => reject(new CauseError("machineOffline")));
    return promise.finally(() => {
      cancel();
      waiting.delete(resolve);
    });
  }
}
