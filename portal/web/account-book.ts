import type { Account } from "./store/accounts.ts";
import { listAccounts } from "./store/accounts.ts";
import type { Store } from "./store/store.ts";

/** All accounts in memory: each ticket, admission and set of flows needs one. */
export class AccountBook {
  readonly #store: Store;
  #accounts: ReadonlyMap<string, Account> = new Map();

  constructor(store: Store) {
    this.#store = store;
  }

  async read(): Promise<void> {
    this.#accounts = new Map((await listAccounts(this.#store.db)).map((account) => [account.id, account]));
  }

  get(id: string): Account | undefined {
    return this.#accounts.get(id);
  }

  /** For an id that came out of the database. */
  expect(id: string): Account {
    const account = this.#accounts.get(id);
    if (account === undefined) throw new Error(`account ${id} is not in the book`);
    return account;
  }

  all(): readonly Account[] {
    return [...this.#accounts.values()];
  }
}
