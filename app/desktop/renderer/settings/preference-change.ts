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
    forgetWhenShown(name, value);
  } catch (error) {
    setState({ failed: { name, failure: failureOf(error) } });
    forget(name, value);
  }
}

/** The answer may come before the state that has it; until then the next change must not take it back. */
function forgetWhenShown<Name extends keyof Preferences>(name: Name, value: Preferences[Name]): void {
  const isShown = (): boolean => useDesk.getState().state?.preferences[name] === value;
  if (isShown()) {
    forget(name, value);
    return;
  }
  const leave = useDesk.subscribe(() => {
    const isOvertaken = usePreferenceChange.getState().wanted[name] !== value;
    if (!isShown() && !isOvertaken) return;
    leave();
    forget(name, value);
  });
}

function forget<Name extends keyof Preferences>(name: Name, value: Preferences[Name]): void {
  const { setState, getState } = usePreferenceChange;
  // A newer choice of the same thing is still under way.
  if (getState().wanted[name] === value) setState(({ wanted }) => ({ wanted: without(wanted, name) }));
}

function without(wanted: Partial<Preferences>, name: keyof Preferences): Partial<Preferences> {
  const { [name]: _, ...rest } = wanted;
  return rest;
}
