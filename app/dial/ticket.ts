import type { Way } from "../../contract/relay.ts";
import type { Ticket } from "../../contract/ticket.ts";
import type { HelperCall } from "./helper-client.ts";

type ConnectCall = Extract<HelperCall, { readonly type: "connect" }>;

/** The helper's request that spends a ticket. A router brings its `identity`, a person has none. */
export function connectCall(ticket: Ticket, ways: readonly Way[], identity: ConnectCall["identity"]): ConnectCall {
  const { slices } = ticket;
  return {
    type: "connect",
    ticket: ticket.id,
    ways: [...ways],
    server: ticket.server,
    credentials: ticket.credentials,
    identity,
    addressing: ticket.device === "tap" ? { kind: "dhcp", mac: ticket.mac, slices } : { kind: "pushed", slices },
  };
}
