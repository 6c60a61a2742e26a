import { create } from "zustand";
import { useDesk } from "../store.ts";
import type { Sample } from "./traffic-samples.ts";
import { sampleOf, withSample } from "./traffic-samples.ts";

/** What went through the tunnel in the last minutes, whichever place was looked at in the meantime. */
export const useTraffic = create<{ readonly samples: readonly Sample[] }>()(() => ({ samples: [] }));

/** Collects samples from what the agent says, until the returned disposer is called. */
export function followTraffic(): () => void {
  return useDesk.subscribe(({ state }, before) => {
    if (state === undefined || state === before.state) return;
    const sample = sampleOf(state, Date.now());
    if (sample !== null) useTraffic.setState(({ samples }) => ({ samples: withSample(samples, sample) }));
  });
}
