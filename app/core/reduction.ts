import type { Effect } from "./effects.ts";
import type { Model } from "./model.ts";

/** What an event comes to. */
export interface Reduction {
  readonly state: Model;
  readonly effects: readonly Effect[];
}

export function to(state: Model, ...effects: readonly Effect[]): Reduction {
  return { state, effects };
}
