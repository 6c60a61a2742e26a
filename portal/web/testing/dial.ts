import { decodeRouterTicket } from "../../../contract/portal.ts";
import type { Ticket } from "../../../contract/ticket.ts";
import { decodeTicket } from "../../../contract/ticket.ts";
import { parseClientKey, parseServerKey, unwrapKey } from "../../tls-crypt/key.ts";
import { decodeMetadata } from "../../tls-crypt/metadata.ts";
import type { TestClient } from "./client.ts";
import type { FramePeer } from "./frames.ts";
import type { TestPortal } from "./portal.ts";

let numbers = 1000;

/** Asks for a ticket as an agent. */
export async function askTicket(agent: TestClient, replaces: string | null = null): Promise<Ticket> {
  const { body } = await agent.post("/tickets", { device: "tap", laptop: "L-1", replaces });
  return decodeTicket(body);
}

/** Asks for a router's ticket; the password in it is the next one. */
export async function askRouterTicket(router: TestClient) {
  const { body } = await router.post("/router/tickets", { version: "1" });
  return decodeRouterTicket(body);
}

/** What front does with a ticket's first packet: it reads the metadata and asks. Returns its answer and the id of the relay. */
export async function admit(portal: TestPortal, front: FramePeer, ticket: Ticket) {
  const key = parseServerKey(portal.store.secrets.read("ticketKey"));
  const opened = unwrapKey(key, parseClientKey(ticket.server.clientKey).wrapped);
  const metadata = opened && decodeMetadata(opened.metadata);
  const id = ++numbers;
  front.say({ type: "admit", id, metadata, caller: "198.51.100.7", callerPort: 4000, port: 1194 });
  return { id, answer: await front.expect({ id }) };
}

/** What a server of exchange asks when a client stands before it. */
export async function authorise(
  portal: TestPortal,
  ticket: Pick<Ticket, "credentials">,
  sourcePort: number,
  more: Readonly<Record<string, unknown>> = {},
) {
  const id = ++numbers;
  portal.exchange.say({
    ...{ type: "authorise", id, account: accountOf(portal), kind: "technician" },
    ...{ username: ticket.credentials.username, password: ticket.credentials.password },
    ...{ certificate: null, sourcePort, again: false, ...more },
  });
  return await portal.exchange.expect({ id });
}

/** The whole dial of a ticket, as far as web sees it. */
export async function dial(
  portal: TestPortal,
  front: FramePeer,
  ticket: Ticket,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const sourcePort = ++numbers;
  const { id, answer } = await admit(portal, front, ticket);
  if (answer.type !== "admitted") throw new Error(JSON.stringify(answer));
  front.say({ type: "opened", id, sourcePort });
  const verdict = await authorise(portal, ticket, sourcePort, more);
  if (verdict.type !== "allow") throw new Error(JSON.stringify(verdict));
  const account = more.account ?? accountOf(portal);
  portal.exchange.say({ type: "tunnelOpened", account, tunnel: ticket.id });
  // What comes after it on the same wire is seen after it.
  await authorise(portal, { credentials: { username: "nobody", password: "x" } }, 1);
}

/** The account that exchange was asked for first. */
function accountOf(portal: TestPortal): string {
  for (const { type, account } of portal.exchange.seen) {
    if (type === "ensureAccount") return (account as { readonly account: string }).account;
  }
  throw new Error("exchange was asked for no account");
}
