import type { Static } from "typebox";
import { Type } from "typebox";
import { closed, decoder, nullable, oneOf } from "./decoder.ts";
import { Cause } from "./failure.ts";
import { Detail, Host, Milliseconds, Port, Secret } from "./values.ts";

/**
 * Wire of `anslut-helper relay`, the only program on a laptop that opens connections to the outside.
 *
 * The starter writes one `start` frame to stdin. Mode `loopback`: the relay answers `listening`, accepts one connection
 * on 127.0.0.1 from a process of its own uid, and goes on; stdin closing ends it. Mode `stdio`: after the `start` frame
 * stdin carries the caller's raw bytes. The caller's first bytes go down each way; the first way that answers wins.
 * stdout carries frames (`attempt` per way that fell out, then `won` or `failed`); in mode `stdio` everything after
 * `won` is the winner's raw bytes.
 */

/** What a proxy asks of us. The scheme (Basic, Digest) is the proxy's choice; Digest is preferred where both are offered. */
export const ProxyCredentials = closed({ username: Secret, password: Secret });

export const HttpProxy = closed({ host: Host, port: Port, credentials: nullable(ProxyCredentials) });
export type HttpProxy = Static<typeof HttpProxy>;

/** One way to the portal: straight or through a proxy, bare or wrapped in TLS (camouflage: trusted for nothing). */
export const Way = closed({
  host: Host,
  port: Port,
  proxy: nullable(HttpProxy),
  wrap: nullable(closed({ serverName: Host })),
});
export type Way = Static<typeof Way>;

export const Ways = Type.Array(Way, { minItems: 1, maxItems: 16 });

export const RelayStart = closed({
  type: Type.Literal("start"),
  mode: oneOf(["loopback", "stdio"]),
  ways: Ways,
  /** Pause between the starts of two ways; a way that falls out starts the next at once. */
  stepMs: Type.Integer({ minimum: 0, maximum: 10_000 }),
  /** How long the whole race may take from the caller's first bytes on. */
  timeoutMs: Type.Integer({ minimum: 100, maximum: 120_000 }),
});
export type RelayStart = Static<typeof RelayStart>;

/** How one way ended that did not win. */
export const Attempt = closed({
  way: Type.Integer({ minimum: 0, maximum: 15 }),
  outcome: oneOf([
    "nameNotFound",
    "refused", // RST or ICMP from the office's firewall or the host
    "silent", // no answer to the connection attempt in time
    "closed", // connected, then cut before any answer to the first bytes
    "unanswered", // connected, first bytes sent, nothing came back in time
    "proxyUnreachable",
    "proxyAuthRequired",
    "proxyAuthRefused",
    "proxyForbids",
    "tlsFailed", // the wrapping TLS could not be made
    "lost", // another way won
  ]),
  elapsedMs: Milliseconds,
  detail: Detail,
});
export type Attempt = Static<typeof Attempt>;

export const RelayReport = Type.Union([
  closed({ type: Type.Literal("listening"), port: Port }),
  closed({ type: Type.Literal("attempt"), attempt: Attempt }),
  closed({ type: Type.Literal("won"), way: Type.Integer({ minimum: 0, maximum: 15 }), elapsedMs: Milliseconds }),
  closed({ type: Type.Literal("failed"), cause: Cause, detail: Detail }),
]);
export type RelayReport = Static<typeof RelayReport>;

export const decodeRelayStart = decoder("relay", RelayStart);
export const decodeRelayReport = decoder("relay", RelayReport);
