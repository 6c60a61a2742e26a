import type { Static } from "typebox";
import { Type } from "typebox";
import { languages } from "./constants.ts";
import { closed, nullable, oneOf } from "./decoder.ts";

/** How the program behaves for this person. The agent keeps them; every face follows a change at once. */
const fields = {
  /** Null: the system's. */
  language: nullable(oneOf(languages)),
  theme: oneOf(["system", "light", "dark", "contrast"]),
  /** Whether a tunnel that stood when the computer fell asleep is dialled again when it wakes. */
  reconnectAfterSleep: Type.Boolean(),
  /** Whether the program starts with the person's session. */
  startAtLogin: Type.Boolean(),
  /** Whether a sign-in may be remembered in the system's keyring. */
  keepSecrets: Type.Boolean(),
};

export const Preferences = closed(fields);
export type Preferences = Static<typeof Preferences>;

export const preferenceNames = Object.keys(fields) as readonly (keyof Preferences)[];

/** What an administrator fixes: a field that is there holds for everybody on this computer. */
export const FixedPreferences = closed({
  language: Type.Optional(fields.language),
  theme: Type.Optional(fields.theme),
  reconnectAfterSleep: Type.Optional(fields.reconnectAfterSleep),
  startAtLogin: Type.Optional(fields.startAtLogin),
  keepSecrets: Type.Optional(fields.keepSecrets),
});
export type FixedPreferences = Static<typeof FixedPreferences>;

export const initialPreferences: Preferences = {
  language: null,
  theme: "system",
  reconnectAfterSleep: true,
  startAtLogin: false,
  keepSecrets: true,
};
