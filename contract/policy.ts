import type { Static } from "typebox";
import { Type } from "typebox";
import { closed, decoder, nullable } from "./decoder.ts";
import { FixedPreferences } from "./preferences.ts";
import { Cidr, Host, Port, Sha256, text } from "./values.ts";

/**
 * The administrator's file (`/etc/anslut/policy.json`, owned and writable by root alone): what people on this computer may
 * not change. The helper enforces `tunnel`, the agent the rest and shows it as fixed.
 */
export const Policy = closed({
  version: Type.Literal(1),
  tunnel: closed({
    /** Names of VPN servers (certificate CN) that a tunnel may end at; null: any. `*.` at the front covers one label. */
    serverNames: nullable(
      Type.Array(Type.String({ pattern: "^(\\*\\.)?[0-9A-Za-z.-]+$", maxLength: 253 }), { maxItems: 64 }),
    ),
    /** SHA-256 of the DER of tunnel authorities that are accepted; null: any. */
    authorities: nullable(Type.Array(Sha256, { maxItems: 64 })),
    /** Networks that may be routed into the tunnel besides the private ranges (RFC 1918, RFC 6598). */
    alsoRoute: Type.Array(Cidr, { maxItems: 256 }),
    /** Networks that must never be routed into the tunnel. */
    neverRoute: Type.Array(Cidr, { maxItems: 256 }),
  }),
  portals: closed({
    /** Portals that are there from the start. */
    preset: Type.Array(closed({ host: Host, port: Port, authority: nullable(Sha256) }), { maxItems: 64 }),
    /** Whether people may add portals of their own. */
    others: Type.Boolean(),
    /** Whether a person may accept a portal certificate whose key changed. */
    acceptChangedCertificate: Type.Boolean(),
  }),
  /** Fixed proxy setting; null: the person's choice. */
  proxy: nullable(
    Type.Union([
      closed({ mode: Type.Literal("none") }),
      closed({ mode: Type.Literal("environment") }),
      closed({ mode: Type.Literal("manual"), host: Host, port: Port }),
      closed({ mode: Type.Literal("pac"), source: Type.String({ minLength: 1, maxLength: 2000 }) }),
    ]),
  ),
  /** What people may not choose for themselves. */
  preferences: Type.Optional(FixedPreferences),
  /** Why something is fixed, in the administrator's words; shown beside it. */
  reason: Type.Optional(text(500)),
});
export type Policy = Static<typeof Policy>;

export const decodePolicy = decoder("policy", Policy);
