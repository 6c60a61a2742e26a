import { useState } from "react";
import { createStore, type StoreApi, useStore } from "zustand";
import type { AgentResult } from "../../../../contract/agent.ts";
import type { Failure } from "../../../../contract/causes.ts";
import { failureOf } from "../../../../contract/causes.ts";
import { ask, type Wish } from "../ask.ts";

export type Attempt = {
  readonly working: boolean;
  readonly failure: Failure | null;
  /** Undefined: it did not work, and `failure` says why, or it was cancelled. One at a time. */
  readonly send: (wish: Wish) => Promise<AgentResult | undefined>;
  /** Gives up what runs, at once: whoever is asked may take its time to hear of it. */
  readonly cancel: () => void;
  readonly forget: () => void;
};

/** Made once for a form that must be found again as it was left: still working, or with what it said. */
export function makeAttempt(): StoreApi<Attempt> {
  let running: AbortController | null = null;
  return createStore<Attempt>()((set) => {
    const rest = (controller: AbortController, failure: Failure | null): void => {
      if (running !== controller) return;
      running = null;
      set({ working: false, failure });
    };
    return {
      working: false,
      failure: null,
      send: async (wish) => {
        if (running !== null) return undefined;
        const controller = new AbortController();
        running = controller;
        set({ working: true, failure: null });
        try {
          const result = await ask(wish, { signal: controller.signal });
          const isWanted = running === controller;
          rest(controller, null);
          return isWanted ? result : undefined;
        } catch (error) {
          const failure = failureOf(error);
          rest(controller, failure.cause === "cancelled" ? null : failure);
          return undefined;
        }
      },
      cancel: () => {
        const controller = running;
        if (controller === null) return;
        rest(controller, null);
        controller.abort();
      },
      forget: () => set({ failure: null }),
    };
  });
}

/** One request of a form: whether it runs, and what came of it. Without a `kept` one it is forgotten with the form. */
export function useAttempt(kept?: StoreApi<Attempt>): Attempt {
  const [own] = useState(makeAttempt);
  return useStore(kept ?? own);
}

/** Looking at a portal and adding it. */
export const portalAttempt = makeAttempt();
/** Signing in. */
export const signInAttempt = makeAttempt();
