import type { Static } from "typebox";
import type { Cause } from "../../contract/causes.ts";
import { heartbeatSeconds } from "../../contract/constants.ts";
import type { PortalEvent } from "../../contract/portal.ts";
import type { Session } from "./sessions.ts";
import type { Clock } from "./store/clock.ts";
import { newId } from "./store/random.ts";

export type Event = Static<typeof PortalEvent>;

const kept = 256;
const keptMs = 10 * 60_000;
/** Streams of one person: laptops and open pages. */
const mostStreams = 32;

/** One open event stream, as the hub sees it. */
export interface EventSink {
  /** False when the reader is too slow: the stream is dropped, and resumes or resyncs when it comes back. */
  readonly write: (text: string) => boolean;
  readonly end: () => void;
}

interface Entry {
  readonly seq: number;
  readonly text: string;
  readonly audience: "all" | "agents";
}

interface Stream {
  readonly session: Session;
  readonly sink: EventSink;
}

/** What a user's streams may have missed. */
interface Ring {
  entries: Entry[];
  /** The newest event that is not in the ring any more. */
  lostUpTo: number;
  cancelForget: () => void;
}

/** The event streams (SSE) of all sessions, with a ring per user from which a broken stream resumes. */
export class EventHub {
  readonly #clock: Clock;
  /** Ids of an earlier run of web mean nothing in this one. */
  readonly #boot = newId();
  readonly #streams = new Map<string, Set<Stream>>();
  readonly #rings = new Map<string, Ring>();
  #seq = 0;
  #cancelHeartbeat = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#beatLater();
  }

  stop(): void {
    this.#cancelHeartbeat();
    for (const stream of this.#all()) stream.sink.end();
  }

  /** Opens a stream. `lastEventId` is what the client saw last; the returned function closes it. */
  subscribe(session: Session, lastEventId: string | null, sink: EventSink): () => void {
    const stream = { session, sink };
    const ring = this.#ringOf(session.user);
    ring.cancelForget();
    const missed = this.#missed(ring, lastEventId);
    if (missed === undefined) sink.write(this.#format(this.#seq, { type: "resync" }));
    else for (const entry of missed) if (isFor(entry, session)) sink.write(entry.text);
    const streams = this.#streams.get(session.user) ?? new Set();
    this.#streams.set(session.user, streams.add(stream));
    const [oldest] = streams;
    if (streams.size > mostStreams && oldest !== undefined) this.#drop(oldest);
    const cancelExpiry = this.#clock.after(session.expires - this.#clock.now(), () =>
      this.signOut(session.id, "signedOut"),
    );
    return () => {
      cancelExpiry();
      this.#remove(stream);
    };
  }

  /** Tells all streams of a user, or those of agents alone. */
  publish(user: string, event: Event, audience: "all" | "agents" = "all"): void {
    this.#seq += 1;
    const ring = this.#rings.get(user);
    // Nobody is listening or was lately: whoever comes reads everything anew.
    if (ring === undefined) return;
    const entry = { seq: this.#seq, text: this.#format(this.#seq, event), audience };
    ring.entries.push(entry);
    const lost = ring.entries.length > kept ? ring.entries.shift() : undefined;
    if (lost !== undefined) ring.lostUpTo = lost.seq;
    for (const stream of this.#streams.get(user) ?? [])
      if (isFor(entry, stream.session)) this.#write(stream, entry.text);
  }

  /** Tells everybody. */
  publishToAll(event: Event): void {
    for (const user of [...this.#rings.keys()]) this.publish(user, event);
  }

  /** Users of an account who listen or did lately. */
  listeners(account: string): readonly string[] {
    const users = this.#all().filter(({ session }) => session.account === account);
    return [...new Set(users.map(({ session }) => session.user))];
  }

  /** Sessions with an open stream. */
  sessions(): readonly string[] {
    return this.#all().map(({ session }) => session.id);
  }

  /** Says `signedOut` to the streams of a session and ends them. */
  signOut(session: string, cause: Cause): void {
    for (const stream of this.#all()) {
      if (stream.session.id !== session) continue;
      stream.sink.write(this.#format(this.#seq, { type: "signedOut", cause }));
      this.#drop(stream);
    }
  }

  #missed(ring: Ring, lastEventId: string | null): readonly Entry[] | undefined {
    const [boot, text] = lastEventId?.split("-") ?? [];
    const seq = Number(text);
    if (boot !== this.#boot || !Number.isSafeInteger(seq) || seq < ring.lostUpTo) return undefined;
    return ring.entries.filter((entry) => entry.seq > seq);
  }

  #ringOf(user: string): Ring {
    const ring = this.#rings.get(user) ?? { entries: [], lostUpTo: this.#seq, cancelForget: () => {} };
    this.#rings.set(user, ring);
    return ring;
  }

  #remove(stream: Stream): void {
    const { user } = stream.session;
    const streams = this.#streams.get(user);
    if (streams?.delete(stream) !== true || streams.size > 0) return;
    this.#streams.delete(user);
    const ring = this.#ringOf(user);
    ring.cancelForget = this.#clock.after(keptMs, () => this.#rings.delete(user));
  }

  #write(stream: Stream, text: string): void {
    if (!stream.sink.write(text)) this.#drop(stream);
  }

  #drop(stream: Stream): void {
    this.#remove(stream);
    stream.sink.end();
  }

  #beatLater(): void {
    this.#cancelHeartbeat = this.#clock.after(heartbeatSeconds * 1000, () => {
      for (const stream of this.#all()) this.#write(stream, ":\n\n");
      this.#beatLater();
    });
  }

  #all(): readonly Stream[] {
    return [...this.#streams.values()].flatMap((streams) => [...streams]);
  }

  #format(seq: number, event: Event): string {
    return `id: ${this.#boot}-${seq}\ndata: ${JSON.stringify(event)}\n\n`;
  }
}

function isFor({ audience }: Entry, { client }: Session): boolean {
  return audience === "all" || client === "agent";
}
