import { create } from "zustand";
import type { Failure } from "../../../../contract/causes.ts";
import { failureOf } from "../../../../contract/causes.ts";
import type { Preferences } from "../../../../contract/preferences.ts";
import { ask } from "../ask.ts";
import { useDesk } from "../store.ts";

type Change = {
  /** What was chosen and the agent has not taken yet. */
  readonly wanted: Partial<Preferences>;
  /** What could not be changed, and why. */
  readonly failed: { readonly name: keyof Preferences; readonly failure: Failure } | null;
};

export const usePreferenceChange = create<Change>()(() => ({ wanted: {}, failed: null }));

/** Changes one preference at once. What the agent refuses goes back to what it was. */
export async function changePreference<Name extends keyof Preferences>(
  name: Name,
  value: Preferences[Name],
): Promise<void> {
  const { setState, getState } = usePreferenceChange;
  const { state } = useDesk.getState();
  if (state === undefined) return;
  setState(({ wanted }) => ({ wanted: { ...wanted, [name]: value }, failed: null }));
  try {
    await ask({ type: "setPreferences", preferences: { ...state.preferences, ...getState().wanted } });
  } catch (error) {
    setState({ failed: { name, failure: failureOf(error) } });
  } finally {
    // A newer choice of the same thing is still under way.
    if (getState().wanted[name] === value) setState(({ wanted }) => ({ wanted: without(wanted, name) }));
  }
}

function without(wanted: Partial<Preferences>, name: keyof Preferences): Partial<Preferences> {
  const { [name]: _, ...rest } = wanted;
  return rest;
}
