import { expect, test } from "vitest";
import { initialPreferences } from "../../../contract/preferences.ts";
import { restingState } from "../bridge/testing/fake-connection.ts";
import { preferenceFollower } from "./preferences.ts";

test("the program follows the preferences, each as often as it changes", () => {
  const acts: string[] = [];
  const follow = preferenceFollower({
    setLanguage: (language) => acts.push(`language ${language}`),
    setTheme: (theme) => acts.push(`theme ${theme}`),
    setStartAtLogin: (isWanted) => acts.push(`start ${isWanted}`),
  });
  follow(restingState);
  follow({ ...restingState, keyring: false });
  follow({ ...restingState, preferences: { ...initialPreferences, theme: "dark" } });
  expect(acts).toEqual(["language null", "theme system", "start false", "theme dark"]);
});
