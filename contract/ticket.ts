import type { Static } from "typebox";
import { Type } from "typebox";
import { closed, decoder, oneOf } from "./decoder.ts";
import { Slice } from "./helper.ts";
import { Host, Id, Mac, Pem, Port, Secret, Time } from "./values.ts";

/**
 * What a tls-crypt-v2 client key says of itself, as JSON behind the type byte 0 (user metadata) of the wrapped key.
 * Wrapped under front's key by `web`; only `front` opens it.
 */
export const TicketMetadata = closed({ account: Id, device: oneOf(["tap", "tun", "router"]), ticket: Id });
export type TicketMetadata = Static<typeof TicketMetadata>;

/** One-time permission to open one tunnel. */
export const Ticket = closed({
  id: Id,
  /** When an unused ticket is void. */
  expires: Time,
  device: oneOf(["tap", "tun"]),
  /** Names or addresses and ports of `front`, in the portal's order of preference. */
  endpoints: Type.Array(closed({ host: Host, port: Port }), { minItems: 1, maxItems: 12 }),
  server: closed({ name: Host, authority: Pem, clientKey: Pem }),
  credentials: closed({ username: Id, password: Secret }),
  /** MAC of the TAP. A TUN has none, the field is there all the same and not used. */
  mac: Mac,
  slices: Type.Array(Slice, { minItems: 1, maxItems: 2 }),
});
export type Ticket = Static<typeof Ticket>;

export const decodeTicketMetadata = decoder("ticket", TicketMetadata);
export const decodeTicket = decoder("ticket", Ticket);
