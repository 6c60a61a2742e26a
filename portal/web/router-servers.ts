import type { Listening } from "./tunnel-book.ts";

/** Where the process listens that the routers of an account share; who asks before it does waits. */
export class RouterServers {
  readonly #servers = new Map<string, PromiseWithResolvers<Listening>>();

  of(account: string): Promise<Listening> {
    return this.#resolversOf(account).promise;
  }

  listening(account: string, { address, port }: Listening): void {
    this.#resolversOf(account).resolve({ address, port });
    // It may come back at another place: who asks from now on gets that.
    const next = Promise.withResolvers<Listening>();
    next.resolve({ address, port });
    this.#servers.set(account, next);
  }

  delete(account: string): void {
    this.#servers.delete(account);
  }

  #resolversOf(account: string): PromiseWithResolvers<Listening> {
    const known = this.#servers.get(account) ?? Promise.withResolvers<Listening>();
    this.#servers.set(account, known);
    return known;
  }
}
