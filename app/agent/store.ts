import { isDeepStrictEqual } from "node:util";
import { CauseError } from "../../contract/causes.ts";
import type { AgentState } from "../../contract/state.ts";
import type { Effect } from "../core/effects.ts";
import type { AgentEvent } from "../core/events.ts";
import type { Model } from "../core/model.ts";
import { emptyModel, viewOf } from "../core/model.ts";
import { reduce } from "../core/reducer.ts";
import type { Clock } from "../dial/clock.ts";

export type Observer = (after: Model, before: Model, event: AgentEvent) => void;

/** Holds the state, lets the reducer decide, and hands its effects on. */
export class Store {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #observers = new Set<Observer>();
  readonly #faces = new Set<(state: AgentState) => void>();
  readonly #events: AgentEvent[] = [];
  #model: Model = emptyModel;
  #view: AgentState = viewOf(emptyModel);
  #runs = false;
  #perform: (effect: Effect) => void = () => undefined;

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  get model(): Model {
    return this.#model;
  }

  get view(): AgentState {
    return this.#view;
  }

  /** Whoever carries out effects; set once, before the first event. */
  performWith(perform: (effect: Effect) => void): void {
    this.#perform = perform;
  }

  /** Sees every event, also those that changed nothing. */
  observe(observer: Observer): () => void {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  /** Sees every state that differs from the one before. */
  subscribe(show: (state: AgentState) => void): () => void {
    this.#faces.add(show);
    return () => void this.#faces.delete(show);
  }

  /** Events that effects cause while one is worked on wait for their turn. */
  dispatch(event: AgentEvent): void {
    this.#events.push(event);
    if (this.#runs) return;
    this.#runs = true;
    try {
      for (let next = this.#events.shift(); next; next = this.#events.shift()) this.#work(next);
    } finally {
      this.#runs = false;
    }
  }

  /** Resolves with the first state (the present one included) that fits. Throws `cancelled`. */
  waitFor(fits: (state: AgentState) => boolean, signal: AbortSignal): Promise<AgentState> {
    if (fits(this.#view)) return Promise.resolve(this.#view);
    return new Promise((resolve, reject) => {
      const leave = this.subscribe((state) => {
        if (!fits(state)) return;
        leave();
        signal.removeEventListener("abort", stop);
        resolve(state);
      });
      const stop = () => {
        leave();
        reject(new CauseError("cancelled"));
      };
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
    });
  }

  #work(event: AgentEvent): void {
    const before = this.#model;
    const { state, effects } = reduce(before, event, { nowMs: this.#clock.nowMs(), random: this.#random() });
    this.#model = state;
    for (const observe of [...this.#observers]) observe(state, before, event);
    const view = viewOf(state);
    if (!isDeepStrictEqual(view, this.#view)) {
      this.#view = view;
      for (const show of [...this.#faces]) show(view);
    }
    for (const effect of effects) this.#perform(effect);
  }
}
