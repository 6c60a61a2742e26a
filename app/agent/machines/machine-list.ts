import type { AgentResult } from "../../../contract/agent.ts";
import { CauseError } from "../../../contract/causes.ts";
import type { Portals } from "../portal/portals.ts";
import type { AddressBook } from "./address-book.ts";
import { isBookCursor } from "./book-search.ts";

interface Query {
  readonly search: string;
  readonly limit: number;
  readonly after: string | null;
}

/** The machines of the portal. While it cannot be reached, what the address book knows of them. */
export class MachineList {
  readonly #portals: Portals;
  readonly #book: AddressBook;

  constructor(portals: Portals, book: AddressBook) {
    this.#portals = portals;
    this.#book = book;
  }

  async page(query: Query, signal: AbortSignal): Promise<AgentResult> {
    const link = this.#portals.needCurrent();
    const { search, limit, after } = query;
    if (isBookCursor(after)) return await this.#fromBook(query, new CauseError("noWay"));
    try {
      const page = await link.client.machines({ search, limit, ...(after === null ? {} : { after }) }, signal);
      return { type: "machines", page, from: null };
    } catch (error) {
      const away =
        error instanceof CauseError &&
        ["noWay", "nameNotFound", "portalFault", "proxyUnreachable"].includes(error.cause);
      if (!away || after !== null) throw error;
      return await this.#fromBook(query, error);
    }
  }

  async #fromBook(query: Query, otherwise: CauseError): Promise<AgentResult> {
    const found = await this.#book.page(query);
    if (found === null) throw otherwise;
    return { type: "machines", ...found };
  }
}
