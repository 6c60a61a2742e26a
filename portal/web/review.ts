import type { Logger } from "pino";
import type { AccountBook } from "./account-book.ts";
import type { EventHub } from "./events.ts";
import type { Intents } from "./intents.ts";
import type { MachineNews } from "./machine-news.ts";
import type { Sessions } from "./sessions.ts";
import type { Row } from "./store/schema.ts";
import type { Store } from "./store/store.ts";
import type { LiveTunnel } from "./tunnel-book.ts";
import type { Tunnels } from "./tunnels.ts";

/** All that a change of the database may touch. */
export interface Reviewed {
  readonly store: Store;
  readonly accounts: AccountBook;
  readonly sessions: Sessions;
  readonly tunnels: Tunnels;
  readonly intents: Intents;
  readonly events: EventHub;
  readonly news: MachineNews;
  readonly log: Logger;
}

/** Makes what runs agree with a database that an administrator changed. Each run begins where the last one ended. */
export class Review {
  readonly #parts: Reviewed;
  #seen = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(parts: Reviewed) {
    this.#parts = parts;
  }

  /** Judges everything once, after a start: the database may have changed while nobody looked. */
  async everything(): Promise<void> {
    const { store, accounts } = this.#parts;
    const last = await store.db.selectFrom("changes").select("seq").orderBy("seq", "desc").executeTakeFirst();
    this.#seen = last?.seq ?? 0;
    for (const account of accounts.all()) await this.#account(account.id, []);
    await store.db.deleteFrom("changes").where("seq", "<", this.#seen).execute();
  }

  /** Acts on what was noted since the last time. Runs one after the other. */
  changed(): Promise<void> {
    const run = this.#last.then(() => this.#run());
    this.#last = run.catch((error) => this.#parts.log.error({ err: error }, "review"));
    return run;
  }

  /** Cuts the streams of sessions that are gone, also of those that went with another one. */
  sessionsEnded(): Promise<void> {
    const run = this.#last.then(() => this.#endSessions());
    this.#last = run.catch((error) => this.#parts.log.error({ err: error }, "review"));
    return run;
  }

  async #run(): Promise<void> {
    const { store, accounts, tunnels } = this.#parts;
    const query = store.db.selectFrom("changes").selectAll().where("seq", ">", this.#seen).orderBy("seq");
    const changes = await query.execute();
    this.#seen = changes.at(-1)?.seq ?? this.#seen;
    const before = accounts.all();
    await accounts.read();
    for (const { id } of before) if (accounts.get(id) === undefined) await this.#safely(tunnels.removeAccount(id));
    for (const [account, own] of Map.groupBy(changes, (change) => change.account_id)) {
      await this.#safely(this.#account(account, own));
    }
  }

  /** What fails for one account must not keep the others waiting. */
  async #safely(work: Promise<void>): Promise<void> {
    await work.catch((error) => this.#parts.log.error({ err: error }, "review"));
  }

  async #account(id: string, changes: readonly Row<"changes">[]): Promise<void> {
    const { accounts, tunnels, intents, news, log } = this.#parts;
    const account = accounts.get(id);
    if (account === undefined) return await this.#endSessions();
    if (changes.some(({ kind }) => kind === "account")) {
      // Without exchange it is made after the next welcome.
      await tunnels.ensureAccount(account).catch((error) => log.warn({ err: error }, "ensureAccount"));
    }
    for (const tunnel of tunnels.book.ofAccount(id)) {
      if (!(await this.#mayLive(tunnel))) await tunnels.end(tunnel, "revoked");
    }
    await intents.review(id);
    // Last, so that an agent hears why its tunnel ended before its stream does.
    await this.#endSessions();
    for (const { kind, target } of changes) {
      if (kind === "router") await this.#redial(target);
      if (kind === "machine" || kind === "grant" || kind === "router") await news.grantsChanged(id, target);
    }
  }

  /** Ends the streams of sessions that somebody has ended: those that run out by themselves do so by the clock. */
  async #endSessions(): Promise<void> {
    const { events, sessions } = this.#parts;
    const open = events.sessions();
    const good = await sessions.stillGood(open);
    for (const session of open) if (!good.has(session)) events.signOut(session, "revoked");
  }

  /**
   * A technician's tunnel lives as long as user and session are not revoked (a session that ran out by itself keeps its row and takes
   * no tunnel with it), a router's as long as its machine is there.
   */
  async #mayLive(tunnel: LiveTunnel): Promise<boolean> {
    const { db } = this.#parts.store;
    if (tunnel.kind === "router") {
      const machine = db.selectFrom("machines").select("id").where("id", "=", tunnel.machine);
      return (await machine.executeTakeFirst()) !== undefined;
    }
    const user = await db.selectFrom("users").select("disabled").where("id", "=", tunnel.user).executeTakeFirst();
    if (user?.disabled !== 0) return false;
    const session = db.selectFrom("sessions").select("id").where("id", "=", tunnel.session);
    return (await session.executeTakeFirst()) !== undefined;
  }

  /** The router learns its networks with a ticket: ended, it asks for one. */
  async #redial(machine: string): Promise<void> {
    const { tunnels } = this.#parts;
    const router = tunnels.book.routerOf(machine);
    if (router !== undefined) await tunnels.end(router, "tunnelReplaced");
  }
}
