import type { Cause } from "../../../contract/causes.ts";
import { failureOf } from "../../../contract/causes.ts";
import type { AgentState } from "../../../contract/state.ts";
import { reconnectDelayMs } from "../../core/backoff.ts";
import type { Clock } from "../../dial/clock.ts";
import type { PortalLink } from "../portal/portal-link.ts";
import type { Portals } from "../portal/portals.ts";
import type { Store } from "../store.ts";
import type { Journal } from "./journal.ts";
import type { KeptEntry } from "./journal-file.ts";

export interface OutboxOptions {
  readonly journal: () => Journal;
  readonly portals: Portals;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onFault: (error: unknown) => void;
}

/** Time for the portal to see the end of a connection by itself, from the tunnel or a disconnect on its way. */
const politeMs = 3000;
const callTimeoutMs = 20_000;

/** What cannot change by asking again: the portal does not know the connection, or not as ours, or knows no such request. */
const final: ReadonlySet<Cause> = new Set<Cause>(["notFound", "forbidden", "badRequest", "unknownRequest"]);

/**
 * Tells the portal what it has not heard of our connections: ends that came while it was out of reach, and notes. In the order they
 * came, each until it is taken; telling twice does no harm. What is owed is on the disk (journal-file.ts), so a crash loses nothing.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  #sending: Promise<void> | null = null;
  #cancelNext: () => void = () => undefined;
  #attempt = 1;
  /** Whose the session is; also while it ends, and the state shows nobody any more. */
  #who: AgentState["identity"];

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#who = options.store.model.identity;
    options.store.observe(({ identity }, _, { type }) => {
      // Whoever signs in next must not be told of the connections of who was here before.
      this.#who = identity ?? (type === "signInStarted" ? null : this.#who);
    });
  }

  /** Something is owed now. */
  owed(): void {
    this.#in(politeMs);
  }

  /** The portal answers (again). */
  reachable(): void {
    this.#attempt = 1;
    this.#in(0);
  }

  /** Tells what is owed now, as far as that goes before the signal. Never rejects. */
  async flush(signal: AbortSignal): Promise<void> {
    if (this.#due().length === 0) return;
    this.#cancelNext();
    const stopped = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    await Promise.race([this.#send(), stopped]);
  }

  stop(): void {
    this.#cancelNext();
  }

  #in(delayMs: number): void {
    this.#cancelNext();
    this.#cancelNext = this.#options.clock.after(delayMs, () => void this.#send());
  }

  /** What the person who is signed in owes the portal that they are signed in to. */
  #due(): readonly KeptEntry[] {
    const { portals, journal } = this.#options;
    const who = this.#who;
    if (who === null || !portals.current?.hasSession || portals.current.host !== who.portal) return [];
    return journal()
      .owed()
      .filter(({ entry }) => entry.portal === who.portal && entry.account === who.account && entry.user === who.user);
  }

  #send(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async #sendAll(): Promise<void> {
    const { portals, random, onFault } = this.#options;
    for (let [next] = this.#due(); next !== undefined; [next] = this.#due()) {
      const link = portals.current;
      if (link === null) return;
      try {
        await this.#tell(next, link);
        this.#attempt = 1;
      } catch (error) {
        onFault(error);
        this.#in(reconnectDelayMs(++this.#attempt, random()));
        return;
      }
    }
  }

  async #tell({ entry, end }: KeptEntry, link: PortalLink): Promise<void> {
    const { id, until, received, sent, ended, note } = entry;
    const intent = id.split(" ")[1] ?? "";
    const signal = AbortSignal.timeout(callTimeoutMs);
    const journal = this.#options.journal();
    if (until !== null && end === "no") {
      const cause = await refusalOf(link.client.reportHistory(intent, { until, received, sent, ended }, signal));
      await journal.told({ type: "endDelivered", id, cause });
    } else {
      const cause = await refusalOf(link.client.noteHistory(intent, { note }, signal));
      await journal.told({ type: "noteDelivered", id, note, cause });
    }
  }
}

/** Null: it was taken. Throws what may be otherwise the next time. */
async function refusalOf(call: Promise<void>): Promise<Cause | null> {
  try {
    await call;
    return null;
  } catch (error) {
    const { cause } = failureOf(error);
    if (final.has(cause)) return cause;
    throw error;
  }
}
