/** Names of the window's calls and pushes; their schemas are in window.ts. Apart, so that the preload carries no decoder. */

export const windowCallNames = [
  "ask",
  "cancel",
  "about",
  "copy",
  "openLink",
  "print",
  "save",
  "showPortal",
  "startHelper",
  "retryAgent",
] as const;
export type WindowCallName = (typeof windowCallNames)[number];

export const windowPushNames = [
  "agent",
  "state",
  "machines",
  "progress",
  "probed",
  "connectAsked",
  "shown",
  "keysAsked",
] as const;
export type WindowPushName = (typeof windowPushNames)[number];
