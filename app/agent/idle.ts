import type { AgentState } from "../../contract/state.ts";
import { isDialling, isUp } from "../core/predicates.ts";
import type { Clock } from "../dial/clock.ts";
import type { Store } from "./store.ts";

/** How long the agent stays after the last face and the last tunnel. */
const idleMs = 60_000;

/** Ends the agent when nobody needs it any more: no face, no tunnel, none on its way. */
export class Idle {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #end: () => void;
  readonly #leave: () => void;
  #faces = 0;
  #cancel: (() => void) | null = null;

  constructor(store: Store, clock: Clock, end: () => void) {
    this.#store = store;
    this.#clock = clock;
    this.#end = end;
    this.#leave = store.subscribe(() => this.#look());
    this.#look();
  }

  faces(count: number): void {
    this.#faces = count;
    this.#look();
  }

  stop(): void {
    this.#leave();
    this.#cancel?.();
    this.#cancel = null;
  }

  #look(): void {
    if (this.#faces > 0 || isBusy(this.#store.view)) {
      this.#cancel?.();
      this.#cancel = null;
    } else this.#cancel ??= this.#clock.after(idleMs, this.#end);
  }
}

function isBusy({ session, tunnel }: AgentState): boolean {
  return tunnel !== null || isDialling(session) || isUp(session) || session.state === "hangingUp";
}
