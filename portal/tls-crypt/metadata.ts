import type { Static } from "typebox";
import type { TicketMetadata } from "../../contract/ticket.ts";
import { decodeTicketMetadata } from "../../contract/ticket.ts";

/** `TLS_CRYPT_METADATA_TYPE_USER`: what follows is the minter's own business (doc/tls-crypt-v2.txt). */
const typeUser = 0;

/** What our client keys say of themselves, as {@link mintClientKey} takes it. */
export function encodeMetadata(metadata: Static<typeof TicketMetadata>): Uint8Array {
  return Buffer.concat([Uint8Array.of(typeUser), Buffer.from(JSON.stringify(metadata))]);
}

/** Reads the metadata of an unwrapped key; undefined when it is none of ours. */
export function decodeMetadata(metadata: Uint8Array): Static<typeof TicketMetadata> | undefined {
  if (metadata[0] !== typeUser) return undefined;
  try {
    return decodeTicketMetadata(JSON.parse(Buffer.from(metadata.subarray(1)).toString("utf8")));
  } catch {
    return undefined;
  }
}
