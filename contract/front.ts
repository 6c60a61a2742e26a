import type { Static } from "typebox";
import { Type } from "typebox";
import { closed, decoder } from "./decoder.ts";
import { Cause } from "./failure.ts";
import { TicketMetadata } from "./ticket.ts";
import { Bytes, Host, Id, Ipv4, Pem, Port } from "./values.ts";

/**
 * Wires between `front` and `web`, two Unix sockets that web listens on.
 *
 * `web-tls.sock`: a connection that began with a TLS ClientHello, handed on whole behind a PROXY protocol v2 header with the
 * caller's address. `tunnels.sock`: one connection, frames (frame.ts). front says `hello` and gets `keys`; then for each
 * tunnel `admit`, answered by `admitted` or `refused` with the same id; `opened` once front has connected to the account's server
 * (its local port is how the server tells connections apart), and `ended`.
 */
export const FrontMessage = Type.Union([
  closed({ type: Type.Literal("hello") }),
  closed({
    type: Type.Literal("admit"),
    id: Type.Integer({ minimum: 1 }),
    metadata: TicketMetadata,
    caller: Host,
    callerPort: Port,
    /** Port of ours that the caller reached. */
    port: Port,
  }),
  /** Sent before the first byte goes to the account's server, so that web knows the port before the server asks. */
  closed({ type: Type.Literal("opened"), id: Type.Integer({ minimum: 1 }), sourcePort: Port }),
  closed({ type: Type.Literal("ended"), id: Type.Integer({ minimum: 1 }), received: Bytes, sent: Bytes }),
]);
export type FrontMessage = Static<typeof FrontMessage>;

export const WebToFront = Type.Union([
  /** The tls-crypt-v2 server key that ticket keys are wrapped under (PEM), known to web and front alone. */
  closed({ type: Type.Literal("keys"), ticketKey: Pem }),
  /** Where this tunnel's server listens, and the account's own tls-crypt-v2 server key to re-wrap under. */
  closed({
    type: Type.Literal("admitted"),
    id: Type.Integer({ minimum: 1 }),
    address: Ipv4,
    port: Port,
    accountKey: Pem,
  }),
  closed({ type: Type.Literal("refused"), id: Type.Integer({ minimum: 1 }), cause: Cause }),
  /** Cut a connection that was admitted earlier. */
  closed({ type: Type.Literal("cut"), ticket: Id }),
]);
export type WebToFront = Static<typeof WebToFront>;

export const decodeFrontMessage = decoder("front", FrontMessage);
export const decodeWebToFront = decoder("front", WebToFront);
