import type { Preferences } from "../../../contract/preferences.ts";
import type { AgentState } from "../../../contract/state.ts";

export interface PreferenceActs {
  readonly setLanguage: (language: Preferences["language"]) => void;
  readonly setTheme: (theme: Preferences["theme"]) => void;
  readonly setStartAtLogin: (isWanted: boolean) => void;
}

/** Makes the program around the window follow the preferences in each state; acts only on what changed. */
export function preferenceFollower(acts: PreferenceActs): (state: AgentState) => void {
  let before: Partial<Preferences> = {};
  return ({ preferences }) => {
    const { language, theme, startAtLogin } = preferences;
    if (before.language !== language) acts.setLanguage(language);
    if (before.theme !== theme) acts.setTheme(theme);
    if (before.startAtLogin !== startAtLogin) acts.setStartAtLogin(startAtLogin);
    before = preferences;
  };
}
