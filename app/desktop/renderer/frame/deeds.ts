import { create } from "zustand";
import type { Failure } from "../../../../contract/causes.ts";
import { failureOf } from "../../../../contract/causes.ts";
import { ask, type Wish } from "../ask.ts";

/** What the frame's own buttons ask for, and why the last of it did not work. */
export type Deeds = {
  readonly failure: Failure | null;
  readonly run: (wish: Wish) => Promise<void>;
  readonly dismiss: () => void;
};

export const useDeeds = create<Deeds>()((set) => ({
  failure: null,
  run: async (wish) => {
    set({ failure: null });
    try {
      await ask(wish);
    } catch (error) {
      const failure = failureOf(error);
      // Who hung up while it dialled knows why it ended.
      if (failure.cause !== "cancelled") set({ failure });
    }
  },
  dismiss: () => set({ failure: null }),
}));
