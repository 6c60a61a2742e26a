import type { Static } from "typebox";
import { Type } from "typebox";
import { closed, nullable, oneOf } from "./decoder.ts";
import { Failure } from "./failure.ts";
import { Slice } from "./helper.ts";
import { MachineNetwork } from "./portal.ts";
import { Preferences, preferenceNames } from "./preferences.ts";
import { Bytes, Cidr, Host, Id, Ipv4, Milliseconds, Name, Port, Sha256, Time, text } from "./values.ts";

/** What the agent holds and shows: one snapshot, the same for window, tray, CLI and tests. */

/** A question that only the person can answer; the agent waits with it. */
export const Question = Type.Union([
  closed({ about: Type.Literal("secondFactor"), expires: Time }),
  /** The portal shows another key than at the first sign-in. */
  closed({
    about: Type.Literal("certificateChanged"),
    host: Host,
    known: Sha256,
    shown: Sha256,
    mayAccept: Type.Boolean(),
  }),
  closed({ about: Type.Literal("proxyPassword"), host: Host, port: Port, refused: Type.Boolean() }),
  /** A tunnel of an earlier agent of the same user lives in the helper. */
  closed({ about: Type.Literal("takeOver"), ticket: Id }),
]);
export type Question = Static<typeof Question>;

/** How a way to the portal is shown: `portal.example:443`, maybe through a proxy, maybe wrapped in TLS. */
export const Endpoint = closed({ host: Host, port: Port, proxy: nullable(text(300)), wrapped: Type.Boolean() });
export type Endpoint = Static<typeof Endpoint>;

export const Session = Type.Union([
  closed({ state: Type.Literal("signedOut") }),
  closed({ state: Type.Literal("signingIn") }),
  closed({ state: Type.Literal("asking"), question: Question }),
  /** Signed in, no tunnel. */
  closed({ state: Type.Literal("signedIn") }),
  closed({ state: Type.Literal("dialling"), endpoint: nullable(Endpoint), attempt: Type.Integer({ minimum: 1 }) }),
  closed({ state: Type.Literal("securing"), endpoint: Endpoint }),
  closed({ state: Type.Literal("addressing"), endpoint: Endpoint }),
  /** An echo came back through the tunnel not long ago. */
  closed({ state: Type.Literal("ready"), endpoint: Endpoint, since: Time }),
  closed({ state: Type.Literal("reconnecting"), attempt: Type.Integer({ minimum: 1 }), at: Time, why: Failure }),
  /** The computer sleeps, or has no network at all. */
  closed({ state: Type.Literal("suspended"), why: oneOf(["sleep", "noNetwork"]) }),
  closed({ state: Type.Literal("hangingUp"), next: oneOf(["signedIn", "signedOut", "dial"]) }),
  closed({ state: Type.Literal("failed"), failure: Failure, retryable: Type.Boolean() }),
]);
export type Session = Static<typeof Session>;

/** A connection tunnel ↔ machine. `offline` and `idle` machines have none and are not listed. */
export const Connection = closed({
  machine: Id,
  name: Name,
  intent: nullable(Id),
  networks: Type.Array(MachineNetwork, { maxItems: 64 }),
  status: Type.Union([
    /** For the tunnel, which is being dialled again: the connection comes back with it. */
    closed({ state: Type.Literal("waiting") }),
    closed({ state: Type.Literal("requested") }),
    closed({ state: Type.Literal("routing") }),
    closed({ state: Type.Literal("connected"), since: Time, roundTripMs: Milliseconds }),
    /** Some networks are not routed; the others work. */
    closed({
      state: Type.Literal("routeErrors"),
      since: Time,
      failed: Type.Array(closed({ network: Cidr, failure: Failure }), { maxItems: 64 }),
    }),
    /** Routed, but no answer: from the router at all, or from devices behind it. */
    closed({
      state: Type.Literal("silent"),
      who: oneOf(["router", "devices"]),
      /** Those that do not answer their router, as the machine knows them. */
      devices: Type.Array(Ipv4, { maxItems: 64 }),
      since: Time,
    }),
    /** `network` of the machine collides with `local`, a network this computer stands in, or with one of another machine. */
    closed({
      state: Type.Literal("overlapping"),
      network: Cidr,
      local: Cidr,
      other: nullable(Name),
      adapter: nullable(text(64)),
      /** Where `local` is an address that this computer needs outside the tunnel: what for. */
      needed: nullable(oneOf(["portal", "proxy", "gateway", "nameServer"])),
    }),
    closed({ state: Type.Literal("closing") }),
    closed({ state: Type.Literal("failed"), failure: Failure }),
  ]),
});
export type Connection = Static<typeof Connection>;

export const Tunnel = closed({
  ticket: Id,
  adapter: text(64),
  slice: Slice,
  since: Time,
  received: Bytes,
  sent: Bytes,
  roundTripMs: nullable(Milliseconds),
});
export type Tunnel = Static<typeof Tunnel>;

export const AgentState = closed({
  session: Session,
  /** Who is signed in where; null while signed out. */
  identity: nullable(closed({ portal: Host, account: Name, user: Name })),
  tunnel: nullable(Tunnel),
  connections: Type.Array(Connection, { maxItems: 64 }),
  helper: oneOf(["unknown", "available", "missing", "untrusted", "mismatch"]),
  /** Whether secrets can be kept. */
  keyring: Type.Boolean(),
  /** Last failure that did not change the state, for people to read once. */
  notice: nullable(Failure),
  preferences: Preferences,
  /** What policy fixes, and the administrator's reason in their own words (may be empty). */
  fixed: closed({
    preferences: Type.Array(oneOf(preferenceNames), { maxItems: 16 }),
    /** Whether there are no portals but those that policy presets. */
    portals: Type.Boolean(),
    reason: text(500),
  }),
});
export type AgentState = Static<typeof AgentState>;
