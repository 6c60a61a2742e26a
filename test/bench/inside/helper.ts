// Speaks to the helper of the second laptop without an agent in between: for ways and routes of the bench's own choice.

import type { HelperClient } from "../../../app/dial/helper-client.ts";
import { openHelper } from "../../../app/dial/helper-client.ts";
import { connectCall } from "../../../app/dial/ticket.ts";
import type { Way } from "../../../contract/relay.ts";
import { decodeTicket } from "../../../contract/ticket.ts";
import { nowMs, serve } from "./lines.ts";
import { PortalCaller } from "./portal-caller.ts";

let portal: PortalCaller | undefined;
let helper: HelperClient | undefined;

await serve(async (command) => {
  switch (command.do) {
    case "signIn":
      portal = new PortalCaller(String(command.url));
      return await portal.signIn(command.who as Parameters<PortalCaller["signIn"]>[0]);
    case "connect":
      return await connect(Number(command.port), command.wrapped === true);
    case "setRoutes":
      return await setRoutes(command.networks as string[]);
    case "disconnect":
      await helper?.ask({ type: "disconnect" });
      return null;
    default:
      throw new Error(`no such command: ${command.do}`);
  }
});

/** Resolves to the gateway's address. */
async function connect(port: number, wrapped: boolean): Promise<string> {
  if (portal === undefined) throw new Error("sign in first");
  const request = { device: "tap", laptop: "bench", replaces: null };
  const ticket = decodeTicket(await portal.call("POST", "/tickets", request));
  const host = ticket.endpoints[0]?.host ?? "";
  const way: Way = { host, port, proxy: null, wrap: wrapped ? { serverName: host } : null };
  const program = { command: "/opt/anslut/anslut-helper", args: [] };
  helper ??= await openHelper({ program, client: "bench", onEvent: () => undefined });
  await helper.ask(connectCall(ticket, [way], null));
  return ticket.slices[0]?.gateway ?? "";
}

/** Resolves to how long it took. */
async function setRoutes(networks: string[]): Promise<number> {
  if (helper === undefined) throw new Error("connect first");
  const fromMs = nowMs();
  const routes = await helper.setRoutes(networks);
  const elapsedMs = nowMs() - fromMs;
  const failed = routes.find(({ state }) => state !== "set");
  if (failed) throw new Error(`${failed.network}: ${failed.cause} ${failed.detail}`);
  return elapsedMs;
}
