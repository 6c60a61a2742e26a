import { expect, test } from "vitest";
import { trayPicture } from "./tray-icon.ts";

test.each([
  ["win32", true, "tray-idle-on-dark"],
  ["win32", false, "tray-idle-on-light"],
  // GNOME's bar is black, whatever the person has chosen for the program.
  ["linux", undefined, "tray-idle-on-dark"],
  ["darwin", undefined, "tray-idle-template"],
] as const)("on %s with a bar that is dark: %s, the picture is %s", (platform, isBarDark, picture) => {
  expect(trayPicture("idle", platform, isBarDark)).toBe(picture);
});
