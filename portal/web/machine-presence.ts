import type { MachineNews } from "./machine-news.ts";
import { Facts } from "./store/facts.ts";
import type { Store } from "./store/store.ts";
import type { LiveTunnel, TunnelBook } from "./tunnel-book.ts";

/** Keeps `online` and `last_seen` of machines by the tunnels of their routers. */
export class MachinePresence {
  readonly #store: Store;
  readonly #book: TunnelBook;
  readonly #news: MachineNews;
  readonly #facts: Facts;
  /** What came or went since the start: the database is behind while its disk is full. */
  readonly #now = new Map<string, boolean>();

  constructor(store: Store, book: TunnelBook, news: MachineNews) {
    this.#store = store;
    this.#facts = new Facts(store.clock);
    this.#book = book;
    this.#news = news;
  }

  /** Whether a machine's router is through, if it came or went since the start. */
  of(machine: string): boolean | undefined {
    return this.#now.get(machine);
  }

  /** After a start: online is whose router's tunnel lived on. */
  async load(): Promise<void> {
    const { db } = this.#store;
    await db.updateTable("machines").set({ online: 0 }).where("online", "=", 1).execute();
    const routers = this.#book.all().filter(({ machine, opened }) => machine !== null && opened !== null);
    for (const { machine } of routers)
      await db.updateTable("machines").set({ online: 1 }).where("id", "=", machine).execute();
  }

  /** A router is through. `endOlder` ends what it had before. */
  async online(router: LiveTunnel, endOlder: (older: LiveTunnel) => Promise<void>): Promise<void> {
    for (const older of this.#book.ofAccount(router.account)) {
      if (older.machine === router.machine && older !== router && older.opened !== null) await endOlder(older);
    }
    await this.#set(router.machine ?? "", router.account, 1);
  }

  /** A router's tunnel is gone; the machine is offline unless another one of it lives. */
  async offline(machine: string, account: string): Promise<void> {
    if (this.#book.routerOf(machine) === undefined) await this.#set(machine, account, 0);
  }

  async #set(machine: string, account: string, online: 0 | 1): Promise<void> {
    const change = { online, last_seen: this.#store.clock.now() };
    this.#now.set(machine, online === 1);
    await this.#facts.record(async () => {
      await this.#store.db.updateTable("machines").set(change).where("id", "=", machine).execute();
    });
    await this.#news.machineChanged(account, machine);
  }
}
