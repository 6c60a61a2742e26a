import type { Static } from "typebox";
import { Type } from "typebox";
import { maxRoutes } from "./constants.ts";
import { closed, decoder, nullable, oneOf } from "./decoder.ts";
import { Cause } from "./failure.ts";
import { Attempt, Ways } from "./relay.ts";
import { Bytes, Cidr, Detail, Host, Id, Ipv4, Mac, Milliseconds, Pem, Secret, Time, text } from "./values.ts";

/**
 * Wire between agent or router and the privileged helper, over `anslut-helper connect --stdio`. Frames (frame.ts).
 *
 * The client says `hello`, the helper `welcome`. Then requests with an id of the client's choice; each is answered by one
 * `reply` or one `refusal` with that id. Events come unasked, to the connection that owns the tunnel.
 * One tunnel per laptop. It belongs to the uid that started it; another uid gets `busy`. When the owner's connection
 * ends, the tunnel stays for 30 s, in which a connection of the same uid may `resume` it.
 */

export const helperProtocol = 1;

/** A slice of the account's network in which the ticket gives us an address. */
export const Slice = closed({ network: Cidr, address: Ipv4, gateway: Ipv4 });
export type Slice = Static<typeof Slice>;

export const Addressing = Type.Union([
  /** TAP: the address comes by DHCP and must be the very one of a slice. */
  closed({ kind: Type.Literal("dhcp"), mac: Mac, slices: Type.Array(Slice, { minItems: 1, maxItems: 2 }) }),
  /** TUN: the address is pushed by the server and must be the very one of a slice. */
  closed({ kind: Type.Literal("pushed"), slices: Type.Array(Slice, { minItems: 1, maxItems: 2 }) }),
]);

export const Connect = closed({
  type: Type.Literal("connect"),
  id: Type.Integer({ minimum: 1 }),
  /** The ticket's id: names the tunnel in state and log. No secret. */
  ticket: Id,
  ways: Ways,
  server: closed({
    /** Subject CN that the server's certificate must carry (`verify-x509-name … name`). */
    name: Host,
    /** The tunnel authority, PEM. */
    authority: Pem,
    /** tls-crypt-v2 client key, PEM (`-----BEGIN OpenVPN tls-crypt-v2 client key-----`). */
    clientKey: Pem,
  }),
  credentials: closed({ username: Id, password: Secret }),
  /** A router's own certificate and EC key; a person has none. */
  identity: nullable(closed({ certificate: Pem, privateKey: Pem })),
  addressing: Addressing,
});
export type Connect = Static<typeof Connect>;

const request = <Verb extends string>(verb: Verb) =>
  closed({ type: Type.Literal(verb), id: Type.Integer({ minimum: 1 }) });

/**
 * Opens the ways of a `connect` that will follow, while its ticket is drawn: nothing is sent on them yet. A `connect` with other
 * ways, `disconnect`, the connection's end, or 10 s without any of them close them again.
 */
export const Prepare = closed({ type: Type.Literal("prepare"), id: Type.Integer({ minimum: 1 }), ways: Ways });

export const SetRoutes = closed({
  type: Type.Literal("setRoutes"),
  id: Type.Integer({ minimum: 1 }),
  /** All machine networks that shall be routed into the tunnel from now on; what is not named is removed. */
  networks: Type.Array(Cidr, { maxItems: maxRoutes }),
});

/** The same as a difference to what an answer left standing: one of thousands costs what one costs. */
export const ChangeRoutes = closed({
  type: Type.Literal("changeRoutes"),
  id: Type.Integer({ minimum: 1 }),
  /** Of the answer that the difference is to. Anything that happened since makes it `stale`: say the whole wish again. */
  revision: Type.Integer({ minimum: 1 }),
  add: Type.Array(Cidr, { maxItems: maxRoutes }),
  remove: Type.Array(Cidr, { maxItems: maxRoutes }),
});

export const HelperRequest = Type.Union([
  Prepare,
  Connect,
  SetRoutes,
  ChangeRoutes,
  request("disconnect"),
  request("resume"),
  request("status"),
  request("diagnose"),
  closed({
    type: Type.Literal("logs"),
    id: Type.Integer({ minimum: 1 }),
    lines: Type.Integer({ minimum: 1, maximum: 2000 }),
  }),
]);
export type HelperRequest = Static<typeof HelperRequest>;

export const HelperHello = closed({ type: Type.Literal("hello"), protocol: Type.Integer(), client: text(100) });
export const HelperWelcome = closed({
  type: Type.Literal("welcome"),
  protocol: Type.Integer(),
  version: text(100),
  /** Whose tunnel there is. */
  tunnel: oneOf(["none", "own", "foreign"]),
});
export type HelperWelcome = Static<typeof HelperWelcome>;

export const LocalNetwork = closed({ network: Cidr, adapter: text(64) });

/** The tunnel as the helper has it. Times are since the helper's own clock readings; bytes as OpenVPN counts them. */
export const TunnelStatus = closed({
  ticket: Id,
  phase: oneOf(["dialling", "securing", "addressing", "up", "closing"]),
  adapter: text(64),
  /** Index into the ways of `connect`; null until one has won. */
  way: nullable(Type.Integer({ minimum: 0, maximum: 15 })),
  /** The chosen slice; null until an address is set. */
  slice: nullable(Slice),
  networks: Type.Array(Cidr, { maxItems: maxRoutes }),
  since: Time,
  received: Bytes,
  sent: Bytes,
});
export type TunnelStatus = Static<typeof TunnelStatus>;

export const RouteResult = closed({
  network: Cidr,
  state: oneOf(["set", "refused", "failed"]),
  /** Null when set. */
  cause: nullable(Cause),
  detail: Detail,
});
export type RouteResult = Static<typeof RouteResult>;

export const HelperResult = Type.Union([
  /** to prepare, connect, disconnect */
  closed({ type: Type.Literal("done") }),
  /** to setRoutes, changeRoutes: one result per network asked for or added, in that order */
  closed({
    type: Type.Literal("routes"),
    revision: Type.Integer({ minimum: 1 }),
    routes: Type.Array(RouteResult, { maxItems: maxRoutes }),
  }),
  /** to changeRoutes: nothing was changed, because what stands is not what that revision was */
  closed({ type: Type.Literal("stale") }),
  /** to status, resume (`tunnel` is null only for status) */
  closed({
    type: Type.Literal("status"),
    tunnel: nullable(TunnelStatus),
    /** Networks that the laptop stands in itself (our own adapter not among them). */
    localNetworks: Type.Array(LocalNetwork, { maxItems: 256 }),
    /** Next hop of the default route and the MAC known for it: what tells one office from another. */
    gateway: nullable(closed({ address: Ipv4, mac: nullable(Mac), adapter: text(64) })),
  }),
  closed({
    type: Type.Literal("diagnosis"),
    version: text(100),
    openvpn: nullable(text(100)),
    tunDevice: Type.Boolean(),
    vpnUser: Type.Boolean(),
    /** Null where there is no policy file; else whether it could be read and decoded. */
    policy: nullable(closed({ valid: Type.Boolean(), detail: Detail })),
    /** Entries of the journal that no living tunnel stands for. */
    leftovers: Type.Integer({ minimum: 0 }),
    clock: Time,
  }),
  closed({ type: Type.Literal("logs"), lines: Type.Array(text(4000), { maxItems: 2000 }) }),
]);
export type HelperResult = Static<typeof HelperResult>;

export const HelperEvent = Type.Union([
  closed({ type: Type.Literal("attempted"), attempt: Attempt }),
  closed({ type: Type.Literal("wayWon"), way: Type.Integer({ minimum: 0, maximum: 15 }), elapsedMs: Milliseconds }),
  closed({ type: Type.Literal("secured"), elapsedMs: Milliseconds }),
  closed({
    type: Type.Literal("addressed"),
    slice: Slice,
    adapter: text(64),
    leaseSeconds: nullable(Type.Integer({ minimum: 1 })),
    elapsedMs: Milliseconds,
  }),
  closed({ type: Type.Literal("leaseRenewed"), leaseSeconds: Type.Integer({ minimum: 1 }) }),
  closed({ type: Type.Literal("traffic"), received: Bytes, sent: Bytes }),
  /** The laptop's own networks or its default gateway changed (cable, WLAN, dock): ask `status`. */
  closed({ type: Type.Literal("networkChanged") }),
  /** A network of ours is not routed any more although nobody asked: `setRoutes` again or tell the person. */
  closed({ type: Type.Literal("routesLost"), networks: Type.Array(Cidr, { maxItems: maxRoutes }) }),
  /** Another connection of the same user has taken the tunnel over; this one gets no more events of it. */
  closed({ type: Type.Literal("taken") }),
  /** The tunnel is gone and everything of it undone. */
  closed({ type: Type.Literal("closed"), cause: nullable(Cause), detail: Detail }),
  closed({ type: Type.Literal("log"), at: Time, level: oneOf(["debug", "info", "warn", "error"]), text: text(4000) }),
]);
export type HelperEvent = Static<typeof HelperEvent>;

export const HelperMessage = Type.Union([
  HelperWelcome,
  closed({ type: Type.Literal("reply"), id: Type.Integer({ minimum: 1 }), result: HelperResult }),
  closed({ type: Type.Literal("refusal"), id: Type.Integer({ minimum: 0 }), cause: Cause, detail: Detail }),
  closed({ type: Type.Literal("event"), event: HelperEvent }),
]);
export type HelperMessage = Static<typeof HelperMessage>;

export const decodeHelperHello = decoder("helper", HelperHello);
export const decodeHelperRequest = decoder("helper", HelperRequest);
export const decodeHelperMessage = decoder("helper", HelperMessage);
