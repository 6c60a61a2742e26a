import type { ExchangeMessage } from "../../contract/exchange.ts";
import type { Client } from "./management.ts";

/** What web is told about a client. Its username is the tunnel's id. */
export function openedMessage(account: string, client: Client): ExchangeMessage {
  return { type: "tunnelOpened", account, tunnel: client.username };
}

export function trafficMessage(account: string, { username, received, sent }: Client): ExchangeMessage {
  return { type: "tunnelTraffic", account, tunnel: username, received, sent };
}

export function closedMessage(account: string, client: Client, detail: string): ExchangeMessage {
  const { username, received, sent, since } = client;
  const seconds = Math.round((Date.now() - since) / 1000);
  return { type: "tunnelClosed", account, tunnel: username, received, sent, seconds, detail: detail.slice(0, 2000) };
}
