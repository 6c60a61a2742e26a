import { expect, test } from "vitest";
import { initialPreferences } from "../../../contract/preferences.ts";
import { restingState } from "../bridge/testing/fake-connection.ts";
import { textsIn } from "../tray/texts.ts";
import { menuTemplate } from "./menu.ts";
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

test.each(["linux", "darwin", "win32"] as const)(
  "on %s every entry of the menu has a label, and no key is given twice",
  (platform) => {
    const nothing = (): void => {};
    const acts = {
      open: nothing,
      dial: nothing,
      hangUp: nothing,
      disconnectAll: nothing,
      openDocumentation: nothing,
      quit: nothing,
    };
    const top = menuTemplate(textsIn("de"), platform, acts);
    const entries = top.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
    for (const entry of [...top, ...entries]) {
      if (entry.type !== "separator") expect(entry.label ?? "").not.toBe("");
    }
    const keys = entries.flatMap(({ accelerator }) => accelerator ?? []);
    expect(new Set(keys).size).toBe(keys.length);
  },
);
