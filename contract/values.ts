import { Type } from "typebox";

/** Values that several wires carry. Bounds are part of the type: what is too long is no such value. */

const octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
const address = `${octet}(\\.${octet}){3}`;

export const Ipv4 = Type.String({ pattern: `^${address}$`, maxLength: 15 });
/** IPv4 network, host bits zero (the receiver checks that; a pattern cannot). */
export const Cidr = Type.String({ pattern: `^${address}/(3[0-2]|[12]?[0-9])$`, maxLength: 18 });
/** IPv4 or IPv6 address (`::1` and `2001:db8::` too), or DNS name. Never with a leading `-`, which would be an option. */
export const Host = Type.String({
  pattern: "^([0-9A-Za-z]([0-9A-Za-z.:_-]*[0-9A-Za-z])?|[0-9A-Fa-f:]*::([0-9A-Fa-f:.]*[0-9A-Fa-f:])?)$",
  maxLength: 253,
});
export const Port = Type.Integer({ minimum: 1, maximum: 65535 });
export const Mac = Type.String({ pattern: "^[0-9a-f]{2}(:[0-9a-f]{2}){5}$", maxLength: 17 });
/** Ids of rows and tickets: no secret, never guessed from, never put into a command. */
export const Id = Type.String({ pattern: "^[0-9A-Za-z_-]{1,64}$", maxLength: 64 });
/** A name that a person gave to an account, user or machine. */
export const Name = Type.String({ minLength: 1, maxLength: 100 });
export const Pem = Type.String({ minLength: 1, maxLength: 16_384 });
/** SHA-256 as lower-case hex. */
export const Sha256 = Type.String({ pattern: "^[0-9a-f]{64}$", maxLength: 64 });
/** A password or other secret as typed: any character. */
export const Secret = Type.String({ minLength: 1, maxLength: 1024 });
/** UTC, RFC 3339 with milliseconds and Z, as `Date.prototype.toISOString` writes it. */
export const Time = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$", maxLength: 24 });
/** Text for the log, never for people: they get the cause's headline and advice. */
export const Detail = Type.String({ maxLength: 2000 });
export const Bytes = Type.Integer({ minimum: 0 });
export const Milliseconds = Type.Integer({ minimum: 0 });
/** `{max}` items at most, so that a bound is never forgotten. */
export const text = (maxLength: number) => Type.String({ maxLength });
