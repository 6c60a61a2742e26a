/** One block of an event stream. A block of comments alone (a heartbeat) has neither. */
export interface EventBlock {
  readonly id: string | null;
  readonly data: string | null;
}

/** Cuts an event stream (HTML standard, 9.2) into its blocks, however the network cut it. Longest block: what an event may be. */
export class EventBlocks {
  #pending = "";

  push(text: string): readonly EventBlock[] {
    const parts = (this.#pending + text).split("\n\n");
    this.#pending = parts.pop() ?? "";
    if (this.#pending.length > 1_048_576) throw new Error("an event without end");
    return parts.map((part) => ({
      id: /^id: ?(.*)$/m.exec(part)?.[1] ?? null,
      data: /^data: ?(.*)$/m.exec(part)?.[1] ?? null,
    }));
  }
}
