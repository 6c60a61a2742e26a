import type { Flow } from "../../contract/exchange.ts";
import type { ExchangeLink } from "./exchange-link.ts";

/**
 * Sends an account's flows to exchange, one set after the other. Who asks while one is under way waits for the next, which is
 * computed when it is sent: however many ask, one more set is enough.
 */
export class FlowSender {
  readonly #exchange: ExchangeLink;
  readonly #flows: (account: string) => Flow[];
  readonly #running = new Map<string, Promise<void>>();
  readonly #next = new Map<string, Promise<void>>();

  constructor(exchange: ExchangeLink, flows: (account: string) => Flow[]) {
    this.#exchange = exchange;
    this.#flows = flows;
  }

  /** Resolves once exchange has what holds at this moment. Throws what exchange refuses, `portalFault` when it is away. */
  async apply(account: string): Promise<void> {
    const running = this.#running.get(account);
    if (running === undefined) return await this.#start(account);
    const next = this.#next.get(account) ?? running.catch(() => {}).then(() => this.#start(account));
    this.#next.set(account, next);
    return await next;
  }

  async #start(account: string): Promise<void> {
    this.#next.delete(account);
    const run = this.#exchange.request({ type: "setFlows", account, flows: this.#flows(account) }).then(() => {});
    this.#running.set(account, run);
    try {
      await run;
    } finally {
      if (this.#running.get(account) === run) this.#running.delete(account);
    }
  }
}
