import type { Readable } from "node:stream";
import { CauseError, failureOf } from "../../contract/causes.ts";
import { heartbeatSeconds } from "../../contract/constants.ts";
import type { PortalEvent } from "../../contract/portal.ts";
import { decodePortalEvent } from "../../contract/portal.ts";
import type { Clock } from "./clock.ts";
import { wait } from "./clock.ts";
import { EventParser } from "./event-parser.ts";

export interface EventsOptions {
  readonly open: (lastEventId: string | null, signal: AbortSignal) => Promise<Readable>;
  /** One after the other, in order. */
  readonly onEvent: (event: PortalEvent) => void | Promise<void>;
  /** The stream is up (again). What happened in between comes by Last-Event-ID, or as `resync`. */
  readonly onOpen: () => void;
  /** The stream is down; it is tried again unless {@link isFinal} says that this is useless. */
  readonly onLost: (error: CauseError) => void;
  /** Pause before attempt n (1 = first retry) in ms. */
  readonly delayMs: (attempt: number) => number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

// Three heartbeats missed: the connection is dead although nobody said so (NAT, cable).
const silenceMs = heartbeatSeconds * 3 * 1000;

/** Whether asking again with the same session and trust cannot help. */
export function isFinal(error: CauseError): boolean {
  return error.cause === "signedOut" || error.cause === "certificateChanged" || error.cause === "forbidden";
}

/** Follows the portal's events until the signal, `signedOut` or a final refusal ends it. Never rejects. */
export async function followEvents(options: EventsOptions): Promise<void> {
  let lastEventId: string | null = null;
  for (let attempt = 1; !options.signal.aborted; attempt++) {
    try {
      for await (const event of readOnce(options, lastEventId)) {
        attempt = 1;
        if (event.kind === "opened") options.onOpen();
        else {
          await options.onEvent(event.event);
          lastEventId = event.id ?? lastEventId;
          if (event.event.type === "signedOut") return;
        }
      }
      options.onLost(new CauseError("portalFault", "event stream ended"));
    } catch (error) {
      if (options.signal.aborted) return;
      const lost = error instanceof CauseError ? error : new CauseError("portalFault", failureOf(error).detail);
      options.onLost(lost);
      if (isFinal(lost)) return;
    }
    await wait(options.clock, options.delayMs(attempt), options.signal);
  }
}

type Arrived =
  | { readonly kind: "opened" }
  | { readonly kind: "event"; readonly id: string | null; readonly event: PortalEvent };

async function* readOnce(options: EventsOptions, lastEventId: string | null): AsyncGenerator<Arrived> {
  const silent = new AbortController();
  const signal = AbortSignal.any([options.signal, silent.signal]);
  const watchdog = new Watchdog(options.clock, () => silent.abort());
  let body: Readable | undefined;
  try {
    body = await options.open(lastEventId, signal);
    yield { kind: "opened" };
    const parser = new EventParser();
    for await (const chunk of abortable(body, signal)) {
      watchdog.feed();
      for (const { id, data } of parser.push(chunk)) {
        yield { kind: "event", id, event: decodePortalEvent(JSON.parse(data)) };
      }
    }
  } finally {
    watchdog.stop();
    body?.destroy();
  }
}

async function* abortable(body: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const stop = () => body.destroy(new CauseError("portalFault", "event stream is silent"));
  signal.addEventListener("abort", stop, { once: true });
  try {
    yield* body;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

class Watchdog {
  readonly #clock: Clock;
  readonly #bark: () => void;
  #cancel: () => void;

  constructor(clock: Clock, bark: () => void) {
    this.#clock = clock;
    this.#bark = bark;
    this.#cancel = clock.after(silenceMs, bark);
  }

  feed(): void {
    this.#cancel();
    this.#cancel = this.#clock.after(silenceMs, this.#bark);
  }

  stop(): void {
    this.#cancel();
  }
}
