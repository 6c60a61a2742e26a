import type { Static } from "typebox";
import { Type } from "typebox";
import { closed, decoder, nullable, oneOf } from "./decoder.ts";
import { Cause } from "./failure.ts";
import { Bytes, Cidr, Detail, Host, Id, Ipv4, Mac, Pem, Port, Secret, Sha256 } from "./values.ts";

/**
 * Wire between `web` (decides, unprivileged) and `exchange` (root, obeys). A Unix socket that exchange listens on, 0600 and owned
 * by web's user. Frames (frame.ts). web connects, says `hello`, gets `welcome` with what exchange holds at that moment, and makes
 * it equal to the database by requests. Every request has an id and is answered by `reply` or `refusal`. All requests set a
 * wanted state and may be repeated. exchange asks web `authorise` (with an id of its own) and tells events.
 * When web's connection ends, exchange keeps everything as it is for the next one; tunnels go on, new ones wait.
 */

const id = Type.Integer({ minimum: 1 });

/** Numbers from which exchange makes names: namespace `anslut-<index>`, uid 200000+index, link address 169.254.x.y. */
export const AccountIndex = Type.Integer({ minimum: 0, maximum: 40_000 });

/** One account: a namespace, DHCP, grant set, layer-2 guard, and the process that its routers share. */
export const ExchangeAccount = closed({
  account: Id,
  index: AccountIndex,
  /** Primary slice (prefix 16…24) and second slice of the same size: offset 1 gateway and echo, upper half routers. */
  slices: Type.Tuple([Cidr, Cidr]),
  server: closed({
    name: Host,
    /** Authority that issued server and router certificates. */
    authority: Pem,
    certificate: Pem,
    privateKey: Pem,
    /** The account's own tls-crypt-v2 server key. */
    accountKey: Pem,
  }),
});
export type ExchangeAccount = Static<typeof ExchangeAccount>;

/** A technician's tunnel: one OpenVPN process with one TAP (or TUN for macOS), made before the client calls. */
export const ExchangeTunnel = closed({
  tunnel: Id,
  account: Id,
  device: oneOf(["tap", "tun"]),
  mac: Mac,
  /** Address of the technician in the primary and in the second slice. */
  addresses: Type.Tuple([Ipv4, Ipv4]),
});
export type ExchangeTunnel = Static<typeof ExchangeTunnel>;

/** A right that is open now. Technician's address (in either slice) to a destination. */
export const Flow = closed({
  tunnel: Id,
  destination: Cidr,
  protocol: oneOf(["any", "tcp", "udp", "icmp"]),
  /** First and last port; null for all, and for `any` and `icmp`. */
  ports: nullable(Type.Tuple([Port, Port])),
});
export type Flow = Static<typeof Flow>;

export const ExchangeRequest = Type.Union([
  closed({ type: Type.Literal("hello"), protocol: Type.Literal(1) }),
  closed({ type: Type.Literal("ensureAccount"), id, account: ExchangeAccount }),
  closed({ type: Type.Literal("removeAccount"), id, account: Id }),
  /** Answered with `listening` once the server process listens. */
  closed({ type: Type.Literal("openTunnel"), id, tunnel: ExchangeTunnel }),
  /** Ends process and TAP (`HALT` with the reason first), or a router's connection (`tunnel` is the router's ticket). */
  closed({ type: Type.Literal("closeTunnel"), id, tunnel: Id, reason: Cause }),
  /** All flows of the account from now on. What is not named is closed: rule first, then its established flows. */
  closed({ type: Type.Literal("setFlows"), id, account: Id, flows: Type.Array(Flow, { maxItems: 20_000 }) }),
  /** answer to `authorise` */
  closed({ type: Type.Literal("allow"), id, networks: Type.Array(Cidr, { maxItems: 64 }), address: nullable(Ipv4) }),
  closed({ type: Type.Literal("deny"), id, cause: Cause }),
]);
export type ExchangeRequest = Static<typeof ExchangeRequest>;

export const ExchangeResult = Type.Union([
  closed({ type: Type.Literal("done") }),
  /** Where a server listens, as front reaches it. */
  closed({ type: Type.Literal("listening"), address: Ipv4, port: Port }),
]);

export const ExchangeMessage = Type.Union([
  closed({
    type: Type.Literal("welcome"),
    protocol: Type.Literal(1),
    accounts: Type.Array(Id, { maxItems: 40_000 }),
    /** Tunnels that have a process; `connected` ones have an authorised client. */
    tunnels: Type.Array(closed({ tunnel: Id, account: Id, connected: Type.Boolean() }), { maxItems: 40_000 }),
  }),
  closed({ type: Type.Literal("reply"), id, result: ExchangeResult }),
  closed({ type: Type.Literal("refusal"), id, cause: Cause, detail: Detail }),
  /**
   * A client stands before a server. `router` servers are shared: there the username is the ticket and `certificate` the SHA-256 of
   * the client certificate's DER. Also asked at each renegotiation of a router or technician (`again`).
   */
  closed({
    type: Type.Literal("authorise"),
    id,
    account: Id,
    kind: oneOf(["technician", "router"]),
    username: Id,
    password: Secret,
    certificate: nullable(Sha256),
    /** front's local port of this connection. */
    sourcePort: Port,
    again: Type.Boolean(),
  }),
  /** The client is through; `tunnel` is the ticket id (username). */
  closed({ type: Type.Literal("tunnelOpened"), account: Id, tunnel: Id }),
  closed({ type: Type.Literal("tunnelTraffic"), account: Id, tunnel: Id, received: Bytes, sent: Bytes }),
  /** The client is gone. A technician's process ends with it. */
  closed({
    type: Type.Literal("tunnelClosed"),
    account: Id,
    tunnel: Id,
    received: Bytes,
    sent: Bytes,
    seconds: Type.Integer({ minimum: 0 }),
    detail: Detail,
  }),
  /** The process that routers share listens here (again). */
  closed({ type: Type.Literal("routersListening"), account: Id, address: Ipv4, port: Port }),
]);
export type ExchangeMessage = Static<typeof ExchangeMessage>;

export const decodeExchangeRequest = decoder("exchange", ExchangeRequest);
export const decodeExchangeMessage = decoder("exchange", ExchangeMessage);
