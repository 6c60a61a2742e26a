import { heartbeatSeconds } from "../../contract/constants.ts";
import type { PortalEvent } from "../../contract/portal.ts";
import { decodePortalEvent } from "../../contract/portal.ts";
import { EventBlocks } from "./event-blocks.ts";

/** Two heartbeats missed and a little: what stands on the page may be old by now. */
const silenceMs = 2.5 * heartbeatSeconds * 1000;
const waitsMs = [500, 1000, 2000, 5000, 10_000];

export interface Listener {
  readonly event: (event: PortalEvent) => void;
  /** Whether what is shown is kept up to date at this moment. */
  readonly link: (state: "live" | "lost") => void;
  /** The portal knows no session of this page any more. */
  readonly signedOut: () => void;
}

/**
 * Follows the portal's event stream until the returned disposer is called. By fetch, because EventSource shows no heartbeats, and
 * without them a cable that was pulled is not noticed for many minutes.
 */
export function listen(listener: Listener): () => void {
  const stop = new AbortController();
  void follow(listener, stop.signal);
  return () => stop.abort();
}

async function follow(listener: Listener, stopped: AbortSignal): Promise<void> {
  const last = { id: "" };
  for (let failures = 0; !stopped.aborted; failures++) {
    try {
      const end = await read(listener, last, stopped, () => {
        failures = 0;
      });
      if (end === "signedOut") {
        listener.signedOut();
        return;
      }
    } catch {
      // The network, or a proxy's own page: tried again.
    }
    if (stopped.aborted) return;
    listener.link("lost");
    await pause(waitsMs[Math.min(failures, waitsMs.length - 1)] ?? 0, stopped);
  }
}

async function read(
  listener: Listener,
  last: { id: string },
  stopped: AbortSignal,
  opened: () => void,
): Promise<"ended" | "signedOut"> {
  const silent = new AbortController();
  let timer = setTimeout(() => silent.abort(), silenceMs);
  try {
    const headers: Record<string, string> = last.id === "" ? {} : { "last-event-id": last.id };
    const signal = AbortSignal.any([stopped, silent.signal]);
    const response = await fetch("/api/v1/events", { headers, signal, cache: "no-store" });
    if (response.status === 401) return "signedOut";
    if (!response.ok || response.body === null) return "ended";
    opened();
    listener.link("live");
    const blocks = new EventBlocks();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return "ended";
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), silenceMs);
      for (const { id, data } of blocks.push(value)) {
        last.id = id ?? last.id;
        if (data !== null) listener.event(eventOf(data));
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

/** What a newer portal says and this page does not know is a reason to read everything anew. */
function eventOf(data: string): PortalEvent {
  try {
    return decodePortalEvent(JSON.parse(data));
  } catch {
    return { type: "resync" };
  }
}

/** Waits, but not longer than until the computer is back in a network. */
function pause(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      stopped.removeEventListener("abort", done);
      resolve();
    }
    window.addEventListener("online", done);
    stopped.addEventListener("abort", done);
  });
}
