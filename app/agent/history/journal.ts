import type { AgentResult, JournalEntry } from "../../../contract/agent.ts";
import type { Cause } from "../../../contract/causes.ts";
import { CauseError } from "../../../contract/causes.ts";
import type { Endpoint } from "../../../contract/state.ts";
import type { AgentEvent } from "../../core/events.ts";
import type { MachineConnection, Model } from "../../core/model.ts";
import type { Clock } from "../../dial/clock.ts";
import type { Store } from "../store.ts";
import type { JournalLine, KeptEntry } from "./journal-file.ts";
import { isOwed, JournalFile, keptOf, withLine } from "./journal-file.ts";

export interface JournalOptions {
  readonly path: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
  /** There is something that the portal has not heard yet. */
  readonly onOwed: () => void;
}

/** What could not be written is tried again so much later, if nothing else is written before. */
const retryMs = 15_000;

type Ended = Extract<JournalLine, { readonly type: "ended" }> & { readonly open: Open };

interface Open {
  readonly entry: JournalEntry;
  /** Bytes of the tunnel when it began: a connection's own are the difference. */
  readonly received: number;
  readonly sent: number;
}

/**
 * Writes down every tunnel and every connection by itself, by watching the state; works without the portal. Remembers what the
 * portal must hear of it (outbox.ts tells).
 */
export class Journal {
  readonly #file: JournalFile;
  readonly #options: JournalOptions;
  readonly #open = new Map<string, Open>();
  /** Entries that are open or of which something is owed to the portal; the rest is on the disk alone. */
  readonly #kept = new Map<string, KeptEntry>();
  /** Ended while their tunnel goes on: what they carried last is in its next count, every other second. */
  readonly #uncounted = new Map<string, Ended>();
  #cancelRetry: (() => void) | null = null;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#file = new JournalFile(options.path);
    options.store.observe((after, before, event) => this.#observe(after, before, event));
  }

  /** Closes what a crash left open, unless it goes on: `alive` names the ticket of a tunnel that was resumed. */
  async recover(alive: string | null): Promise<void> {
    const until = this.#now();
    for (const kept of await this.#file.compact()) {
      const { entry } = kept;
      if (this.#kept.has(entry.id)) continue;
      if (entry.until === null || isOwed(kept)) this.#kept.set(entry.id, kept);
      if (entry.until !== null) continue;
      const goesOn = alive !== null && (entry.id === alive || entry.id.startsWith(`${alive} `));
      if (goesOn) this.#open.set(entry.id, { entry, received: 0, sent: 0 });
      else await this.#write({ type: "ended", id: entry.id, until, received: 0, sent: 0, ended: "internal" });
    }
    if (this.owed().length > 0) this.#options.onOwed();
  }

  /** Entries of which the portal has not heard everything, oldest first. */
  owed(): readonly KeptEntry[] {
    return [...this.#kept.values()].filter(isOwed);
  }

  /** Writes a note to an entry. Throws `notFound`, `diskFault`. */
  async annotate(id: string, note: string): Promise<void> {
    const kept = this.#kept.get(id) ?? (await this.#file.read()).find(({ entry }) => entry.id === id);
    if (kept === undefined) throw new CauseError("notFound", id);
    if (kept.entry.note === note) return;
    if (!this.#kept.has(id)) this.#kept.set(id, kept);
    await this.#write({ type: "noted", id, note });
    if (kept.entry.kind === "connection") this.#options.onOwed();
  }

  /** Writes down what the portal has heard, or will never take. */
  async told(line: Extract<JournalLine, { readonly type: "endDelivered" | "noteDelivered" }>): Promise<void> {
    await this.#write(line);
  }

  /** Resolves when everything so far is on the disk. */
  written(): Promise<void> {
    return this.#file.written();
  }

  async page(limit: number): Promise<AgentResult> {
    const entries = await this.#file.read();
    return {
      type: "journal",
      entries: entries
        .slice(-limit)
        .reverse()
        .map(({ entry }) => this.#live(entry)),
    };
  }

  #observe(after: Model, before: Model, event: AgentEvent): void {
    if (after.tunnel && after.tunnel.ticket !== before.tunnel?.ticket)
      this.#begin(tunnelEntry(after, this.#now()), after);
    for (const connection of after.connections) {
      const { intent, phase } = connection;
      if (!after.tunnel || !intent || phase.at !== "open") continue;
      const entry = connectionEntry(after, connection, intent.id, this.#now());
      if (entry) this.#begin(entry, after);
    }
    if (event.type === "trafficCounted") this.#countEnded(after);
    for (const id of this.#open.keys()) {
      if (!isStanding(id, after)) this.#end(id, before, causeOf(event, after));
    }
    if (after.tunnel?.ticket !== before.tunnel?.ticket) this.#uncounted.clear();
  }

  #begin(entry: JournalEntry | null, model: Model): void {
    if (entry === null || this.#open.has(entry.id)) return;
    const whole = entry.kind === "tunnel";
    const { received = 0, sent = 0 } = model.tunnel ?? {};
    this.#open.set(entry.id, { entry, received: whole ? 0 : received, sent: whole ? 0 : sent });
    this.#kept.set(entry.id, keptOf(entry));
    this.#uncounted.delete(entry.id); // it goes on: a late count must not end it again
    this.#put({ type: "began", entry }).catch(this.#options.onFault);
  }

  #end(id: string, last: Model, ended: Cause | null): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    const line = { type: "ended", id, until: this.#now(), ...bytesOf(open, last), ended } as const;
    this.#write(line).catch(this.#options.onFault);
    if (open.entry.kind !== "connection") return;
    this.#uncounted.set(id, { ...line, open });
    this.#options.onOwed();
  }

  // The line that comes later counts.
  #countEnded(model: Model): void {
    for (const { open, ...line } of this.#uncounted.values()) {
      const bytes = bytesOf(open, model);
      if (bytes.received === line.received && bytes.sent === line.sent) continue;
      this.#write({ ...line, ...bytes }).catch(this.#options.onFault);
    }
    this.#uncounted.clear();
  }

  async #write(line: Exclude<JournalLine, { readonly type: "began" }>): Promise<void> {
    const before = this.#kept.get(line.id);
    if (before !== undefined) {
      const kept = withLine(before, line);
      if (kept.entry.until === null || isOwed(kept)) this.#kept.set(line.id, kept);
      else this.#kept.delete(line.id);
    }
    await this.#put(line);
  }

  // What a full disk does not take waits in memory.
  async #put(line: JournalLine): Promise<void> {
    try {
      await this.#file.append(line);
    } catch (error) {
      this.#retryLater();
      throw error;
    }
  }

  #retryLater(): void {
    this.#cancelRetry ??= this.#options.clock.after(retryMs, () => {
      this.#cancelRetry = null;
      this.#file.flush().catch((error: unknown) => {
        this.#options.onFault(error);
        this.#retryLater();
      });
    });
  }

  // The bytes of an open entry are on disk only when it ends; until then the tunnel's own count is the truth.
  #live(entry: JournalEntry): JournalEntry {
    const open = this.#open.get(entry.id);
    return open && entry.until === null ? { ...entry, ...bytesOf(open, this.#options.store.model) } : entry;
  }

  #now(): string {
    return new Date(this.#options.clock.nowMs()).toISOString();
  }
}

function bytesOf(open: Open, model: Model): { readonly received: number; readonly sent: number } {
  const { received = 0, sent = 0 } = model.tunnel ?? {};
  return { received: Math.max(0, received - open.received), sent: Math.max(0, sent - open.sent) };
}

function isStanding(id: string, model: Model): boolean {
  if (!model.tunnel) return false;
  const own = model.tunnel.ticket;
  return (
    id === own || model.connections.some(({ intent, phase }) => phase.at === "open" && id === `${own} ${intent?.id}`)
  );
}

function tunnelEntry(model: Model, from: string): JournalEntry | null {
  const { tunnel, identity } = model;
  if (!tunnel || !identity) return null;
  return {
    kind: "tunnel",
    id: tunnel.ticket,
    ...identity,
    machine: null,
    endpoint: model.endpoint && shown(model.endpoint),
    networks: [],
    from,
    until: null,
    received: 0,
    sent: 0,
    orderNumber: "",
    reason: "",
    note: "",
    delivered: true,
    ended: null,
  };
}

function connectionEntry(
  model: Model,
  connection: MachineConnection,
  intent: string,
  from: string,
): JournalEntry | null {
  const tunnel = tunnelEntry(model, from);
  if (!tunnel) return null;
  return {
    ...tunnel,
    kind: "connection",
    id: `${tunnel.id} ${intent}`,
    machine: connection.name,
    networks: (connection.intent?.networks ?? []).map(({ network, standIn }) => ({ network, standIn })),
    orderNumber: connection.wish.orderNumber,
    reason: connection.wish.reason,
    delivered: false,
  };
}

function shown({ host, port, proxy, wrapped }: Endpoint): string {
  return `${host}:${port}${wrapped ? " (TLS)" : ""}${proxy === null ? "" : ` via ${proxy}`}`.slice(0, 300);
}

function causeOf(event: AgentEvent, after: Model): Cause | null {
  switch (event.type) {
    case "tunnelClosed":
    case "sessionEnded":
      return event.failure.cause;
    case "intentEnded":
      return event.failure?.cause ?? null;
    case "gatewaySilent":
      return "echoSilent";
    case "occupantsChanged":
      return "overlap";
    case "hangUpAsked":
    case "hungUp":
    case "disconnectAsked":
    case "disconnected":
      return null; // as the person wished, whatever there is to notice besides
    default:
      return after.notice?.cause ?? null;
  }
}
