import type { BookEntry, BookPart } from "../../../contract/agent.ts";
import type { AgentConnection, AgentLink } from "./agent-link.ts";

/** Most entries in one part (contract/agent.ts). */
const partLength = 500;

/**
 * The address book as the agent tells it, followed anew with each agent: for the tray, and whole for a page that comes later. A book that
 * was known stays while there is no agent.
 */
export class MachineBook {
  readonly #entries = new Map<string, BookEntry>();
  readonly #listeners = new Set<(part: BookPart) => void>();
  readonly #leave: () => void;
  #from: string | null = null;
  #known = false;
  #following: AgentConnection | undefined;
  #refusedFor: string | undefined;

  constructor(link: AgentLink) {
    this.#leave = link.follow({
      attached: (connection) => void this.#followOn(connection),
      state: ({ identity }) => {
        // What was refused to one who is not signed in may be had afterwards.
        if (this.#refusedFor === undefined || this.#refusedFor === JSON.stringify(identity)) return;
        if (link.connection !== undefined) void this.#followOn(link.connection);
      },
    });
  }

  get entries(): readonly BookEntry[] {
    return [...this.#entries.values()];
  }

  onPart(listener: (part: BookPart) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** All that is known as parts that begin a whole list; none while nothing is known. */
  parts(): readonly BookPart[] {
    if (this.#entries.size === 0 && !this.#known) return [];
    const { entries } = this;
    const count = Math.max(1, Math.ceil(entries.length / partLength));
    return Array.from({ length: count }, (_, index) => ({
      whole: index === 0,
      more: index < count - 1 || !this.#known,
      from: this.#from,
      entries: entries.slice(index * partLength, (index + 1) * partLength),
      removed: [],
    }));
  }

  close(): void {
    this.#leave();
  }

  async #followOn(connection: AgentConnection): Promise<void> {
    if (this.#following === connection) return;
    this.#following = connection;
    this.#refusedFor = undefined;
    const asked = JSON.stringify(connection.state.identity);
    try {
      await connection.request({ type: "followMachines" }, { onPart: (part) => this.#take(part) });
    } catch {
      if (this.#following === connection) this.#refusedFor = asked;
    }
    if (this.#following === connection) this.#following = undefined;
  }

  #take(part: BookPart): void {
    if (part.whole) this.#entries.clear();
    for (const entry of part.entries) this.#entries.set(entry.machine.id, entry);
    for (const id of part.removed) this.#entries.delete(id);
    this.#from = part.from;
    this.#known = !part.more;
    for (const listener of [...this.#listeners]) listener(part);
  }
}
