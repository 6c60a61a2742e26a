import { decoder } from "../../contract/decoder.ts";
import {
  Enrolment,
  RouterOrdersRequest,
  RouterReport,
  RouterTicketRequest,
  TicketRequest,
} from "../../contract/portal.ts";
import type { Route } from "./call.ts";
import { machineRoutes } from "./machine-routes.ts";
import { ownRoutes } from "./own-routes.ts";
import type { Parts } from "./parts.ts";
import { signInRoutes } from "./sign-in-routes.ts";
import { timeOf } from "./store/clock.ts";

const decode = {
  ticketRequest: decoder("portal", TicketRequest),
  enrolment: decoder("portal", Enrolment),
  routerTicketRequest: decoder("portal", RouterTicketRequest),
  routerOrdersRequest: decoder("portal", RouterOrdersRequest),
  routerReport: decoder("portal", RouterReport),
};

const done = { done: true } as const;

/** The table of routes (contract/portal.ts). Each says who may use it; what is not here does not exist. */
export function routes(parts: Parts): readonly Route[] {
  return [
    ...signInRoutes(parts),
    ...ownRoutes(parts),
    ...machineRoutes(parts),
    ...tunnelRoutes(parts),
    ...routerRoutes(parts),
  ];
}

function tunnelRoutes({ tickets, tunnels }: Parts): readonly Route[] {
  return [
    {
      method: "POST",
      path: "/tickets",
      policy: "agent",
      handle: async ({ session, body, reachedAs }) => {
        const { account, user, id } = session;
        return await tickets.drawForTechnician(
          { account, user, session: id, ...decode.ticketRequest(body) },
          reachedAs,
        );
      },
    },
    {
      method: "GET",
      path: "/tunnels",
      policy: "session",
      handle: async ({ session }) => ({
        tunnels: tunnels.book.ofUser(session.user).flatMap(({ id, laptop, opened, addresses: [address] }) => {
          return opened === null ? [] : [{ id, laptop, since: timeOf(opened), address }];
        }),
      }),
    },
  ];
}

function routerRoutes({ routers, orders, intents }: Parts): readonly Route[] {
  return [
    {
      method: "POST",
      path: "/enrolments",
      policy: "anybody",
      handle: async ({ body, address }) => await routers.enrol(decode.enrolment(body), address),
    },
    {
      method: "POST",
      path: "/router/tickets",
      policy: "router",
      handle: async ({ router, body, reachedAs }) => {
        decode.routerTicketRequest(body);
        return await routers.ticket(router, reachedAs);
      },
    },
    {
      method: "POST",
      path: "/router/orders",
      policy: "router",
      handle: async ({ router, body }) => await orders.ask(router.machine, decode.routerOrdersRequest(body).known),
    },
    {
      method: "POST",
      path: "/router/reports",
      policy: "router",
      handle: async ({ router, body }) => {
        const report = decode.routerReport(body);
        orders.take(router.machine, report);
        if (report.type === "sighted") intents.devicesSighted(router.machine, report.devices);
        return done;
      },
    },
  ];
}
