import type { CauseError } from "../../../contract/causes.ts";
import type { PortalEvent } from "../../../contract/portal.ts";
import { reconnectDelayMs } from "../../core/backoff.ts";
import type { Clock } from "../../dial/clock.ts";
import { followEvents } from "../../dial/events.ts";
import type { AddressBook } from "../machines/address-book.ts";
import type { MachinesActor } from "../machines/machines.ts";
import type { SignIn } from "../session/sign-in.ts";
import type { Store } from "../store.ts";
import type { PortalLink } from "./portal-link.ts";

export interface PortalEventsOptions {
  readonly store: Store;
  readonly machines: MachinesActor;
  readonly book: AddressBook;
  readonly signIn: SignIn;
  readonly clock: Clock;
  readonly random: () => number;
  /** The portal answers (again). */
  readonly onOpen: () => void;
  readonly onFault: (error: unknown) => void;
}

/** Follows the event stream of the session, and acts on what it says. */
export class PortalEvents {
  readonly #options: PortalEventsOptions;
  #following = new AbortController();

  constructor(options: PortalEventsOptions) {
    this.#options = options;
  }

  follow(link: PortalLink): void {
    this.stop();
    const { signal } = this.#following;
    const { clock, random, book, onOpen } = this.#options;
    let before: "gap" | "whole" = "gap";
    void link.warm(); // the events keep a connection for themselves; the dial wants one too
    void followEvents({
      open: (lastEventId, streamSignal) => {
        before = lastEventId === null ? "gap" : "whole";
        return link.client.events(lastEventId, streamSignal);
      },
      onEvent: (event) => this.#take(event, link),
      onOpen: () => {
        void book.heard(link, before);
        onOpen();
      },
      onLost: (error) => this.#lost(error, link, signal),
      delayMs: (attempt) => reconnectDelayMs(attempt, random()),
      clock,
      signal,
    });
  }

  stop(): void {
    this.#following.abort();
    this.#following = new AbortController();
  }

  async #take(event: PortalEvent, link: PortalLink): Promise<void> {
    const { store, machines, book, onFault } = this.#options;
    switch (event.type) {
      case "resync":
        void book.heard(link, "gap");
        await this.#resync(link).catch(onFault);
        return;
      case "machineChanged":
        await book.changed(event.machine);
        if (event.machine.online) store.dispatch({ type: "machineOnline", machine: event.machine.id });
        return;
      case "machineRemoved":
        await book.removed(event.machine);
        return;
      case "intentState":
        return;
      case "intent":
        if (event.tunnel === store.model.tunnel?.ticket) await machines.fetchIntent(link, event.intent).catch(onFault);
        return;
      case "intentEnded": {
        if (event.tunnel !== store.model.tunnel?.ticket) return;
        const failure = event.cause === null ? null : { cause: event.cause, detail: "" };
        store.dispatch({ type: "intentEnded", intent: event.intent, failure });
        return;
      }
      case "devices":
        if (event.tunnel !== store.model.tunnel?.ticket) return;
        store.dispatch({ type: "devicesSighted", intent: event.intent, silent: event.silent });
        return;
      case "tunnelEnded":
        // The tunnel itself says so too, with its own cause; this one only knows it first.
        return;
      case "pins":
        await link.announced(event.pins).catch(onFault);
        return;
      case "signedOut":
        await this.#sessionGone(event.cause, link);
    }
  }

  // Events were missed: every connection may have ended meanwhile, and a router that was away may have come back.
  async #resync(link: PortalLink): Promise<void> {
    const { store, machines } = this.#options;
    for (const { intent, machine, phase } of store.model.connections) {
      if (phase.at === "failed" && phase.failure.cause === "machineOffline") await machines.lookAgain(link, machine);
      if (intent === null) continue;
      await link.client.intent(intent.id).catch((error: CauseError) => {
        if (error.cause !== "notFound" && error.cause !== "forbidden") return;
        store.dispatch({ type: "intentEnded", intent: intent.id, failure: { cause: "rightsMissing", detail: "" } });
      });
    }
  }

  #lost(error: CauseError, link: PortalLink, signal: AbortSignal): void {
    this.#options.onFault(error);
    if (signal.aborted) return;
    void this.#options.book.unheard(link);
    if (error.cause === "signedOut") void this.#sessionGone("signedOut", link);
    else if (error.cause === "certificateChanged") {
      this.#options.store.dispatch({ type: "noticed", failure: { cause: error.cause, detail: error.detail } });
    }
  }

  async #sessionGone(cause: CauseError["cause"], link: PortalLink): Promise<void> {
    const { store, signIn } = this.#options;
    link.setToken(null);
    if (await signIn.renew(link, AbortSignal.timeout(20_000))) this.follow(link);
    else store.dispatch({ type: "sessionEnded", failure: { cause, detail: "" } });
  }
}
