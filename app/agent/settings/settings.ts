import type { Static } from "typebox";
import { Type } from "typebox";
import { ProxySetting } from "../../../contract/agent.ts";
import { closed, decoder, nullable } from "../../../contract/decoder.ts";
import { FixedPreferences } from "../../../contract/preferences.ts";
import { Host, Name, Pem, Port, Sha256, text } from "../../../contract/values.ts";

const Who = closed({ account: Name, user: Name });

/** A portal that the person added. Nothing here is secret: device tokens live in the keyring. */
export const KnownPortal = closed({
  host: Host,
  port: Port,
  authority: nullable(closed({ fingerprint: Sha256, pem: Pem })),
  pins: closed({ current: Sha256, next: nullable(Sha256) }),
  /** Who signs in here with the remembered device. */
  remembered: nullable(Who),
  /** Who signed in last, so that names are typed once; nothing of it where nothing is to be kept. Absent: nobody did. */
  last: Type.Optional(Who),
});
export type KnownPortal = Static<typeof KnownPortal>;

export const Settings = closed({
  version: Type.Literal(1),
  portals: Type.Array(KnownPortal, { maxItems: 64 }),
  proxy: ProxySetting,
  /** Name of this laptop at the portal. */
  laptop: nullable(text(100)),
  /** What the person chose; what is not there is as it was in the beginning. */
  preferences: Type.Optional(FixedPreferences),
});
export type Settings = Static<typeof Settings>;

export const decodeSettings = decoder("settings", Settings);

/** What most programs do: a proxy where the environment names one. */
export const initialSettings: Settings = { version: 1, portals: [], proxy: { mode: "environment" }, laptop: null };
