import type { AgentResult } from "../../contract/agent.ts";
import { CauseError } from "../../contract/causes.ts";
import type { MachinePage } from "../../contract/portal.ts";
import type { Clock } from "../dial/clock.ts";
import type { Portals } from "./portals.ts";

interface Query {
  readonly search: string;
  readonly limit: number;
  readonly after: string | null;
}

/** The machines of the portal. While it cannot be reached, the answer it gave to the same question last. */
export class MachineList {
  readonly #portals: Portals;
  readonly #clock: Clock;
  readonly #seen = new Map<string, { readonly page: MachinePage; readonly from: string }>();

  constructor(portals: Portals, clock: Clock) {
    this.#portals = portals;
    this.#clock = clock;
  }

  async page(query: Query, signal: AbortSignal): Promise<AgentResult> {
    const link = this.#portals.needCurrent();
    const key = JSON.stringify([link.host, query.search, query.limit, query.after]);
    const { search, limit, after } = query;
    try {
      const page = await link.client.machines({ search, limit, ...(after === null ? {} : { after }) }, signal);
      this.#keep(key, page);
      return { type: "machines", page, from: null };
    } catch (error) {
      const seen = this.#seen.get(key);
      const away =
        error instanceof CauseError &&
        ["noWay", "nameNotFound", "portalFault", "proxyUnreachable"].includes(error.cause);
      if (!seen || !away) throw error;
      return { type: "machines", ...seen };
    }
  }

  #keep(key: string, page: MachinePage): void {
    this.#seen.delete(key);
    this.#seen.set(key, { page, from: new Date(this.#clock.nowMs()).toISOString() });
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > 50 && oldest !== undefined) this.#seen.delete(oldest);
  }
}
