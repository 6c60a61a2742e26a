import type { CookieSerializeOptions } from "@fastify/cookie";
import { CauseError } from "../../contract/causes.ts";
import { closed, decoder } from "../../contract/decoder.ts";
import {
  CheckRequest,
  ConnectRequest,
  DisconnectRequest,
  Enrolment,
  IntentState,
  Login,
  LoginCode,
  LoginDevice,
  MachineQuery,
  RouterOrdersRequest,
  RouterReport,
  RouterTicketRequest,
  StandInRequest,
  TicketRequest,
} from "../../contract/portal.ts";
import { checkSameOrigin, cookieOf, sessionCookie } from "./access.ts";
import type { Call, Route, SessionCall } from "./call.ts";
import { streamEvents } from "./event-stream.ts";
import { HistoryQuery } from "./history.ts";
import type { Parts } from "./parts.ts";
import type { SignedIn } from "./sign-in.ts";
import { timeOf } from "./store/clock.ts";
import { version } from "./version.ts";

const decode = {
  login: decoder("portal", Login),
  loginCode: decoder("portal", LoginCode),
  loginDevice: decoder("portal", LoginDevice),
  nothing: decoder("portal", closed({})),
  machineQuery: decoder("portal", MachineQuery),
  historyQuery: decoder("portal", HistoryQuery),
  ticketRequest: decoder("portal", TicketRequest),
  connectRequest: decoder("portal", ConnectRequest),
  disconnectRequest: decoder("portal", DisconnectRequest),
  intentState: decoder("portal", IntentState),
  enrolment: decoder("portal", Enrolment),
  routerTicketRequest: decoder("portal", RouterTicketRequest),
  standInRequest: decoder("portal", StandInRequest),
  checkRequest: decoder("portal", CheckRequest),
  routerOrdersRequest: decoder("portal", RouterOrdersRequest),
  routerReport: decoder("portal", RouterReport),
};

const done = { done: true } as const;
const cookie: CookieSerializeOptions = { path: "/", secure: true, httpOnly: true, sameSite: "strict" };

/** The table of routes (contract/portal.ts). Each says who may use it; what is not here does not exist. */
export function routes(parts: Parts): readonly Route[] {
  return [...signInRoutes(parts), ...machineRoutes(parts), ...tunnelRoutes(parts), ...routerRoutes(parts)];
}

function signInRoutes({ store, signIn, sessions, events, tunnels, pins }: Parts): readonly Route[] {
  const answer = async (call: Call, client: "agent" | "page", signedIn: SignedIn) => {
    if (client === "agent" || signedIn.session === null) return signedIn.answer;
    // Whatever session this browser brought along is over: nobody can have planted the one that begins now.
    const earlier = cookieOf(call.request);
    if (earlier !== undefined) await sessions.endToken(earlier);
    const expires = new Date(signedIn.session.expires);
    call.reply.setCookie(sessionCookie, signedIn.session.token, { ...cookie, expires });
    return signedIn.answer;
  };
  return [
    {
      method: "GET",
      path: "/about",
      policy: "anybody",
      handle: async () => ({ product: "anslut-portal", version, time: timeOf(store.clock.now()) }),
    },
    {
      method: "POST",
      path: "/login",
      policy: "anybody",
      handle: async (call) => {
        const login = decode.login(call.body);
        if (login.client === "page") checkSameOrigin(call.request);
        return await answer(call, login.client, await signIn.withPassword(login, call.address));
      },
    },
    {
      method: "POST",
      path: "/login/code",
      policy: "anybody",
      handle: async (call) => {
        const signedIn = await signIn.withCode(decode.loginCode(call.body), call.address);
        const page = signedIn.answer.next === "signedIn" && signedIn.answer.token === null;
        return await answer(call, page ? "page" : "agent", signedIn);
      },
    },
    {
      method: "POST",
      path: "/login/device",
      policy: "anybody",
      handle: async (call) => (await signIn.withDevice(decode.loginDevice(call.body), call.address)).answer,
    },
    {
      method: "POST",
      path: "/logout",
      policy: "session",
      handle: async ({ body, session, reply }) => {
        decode.nothing(body);
        await signIn.signOut(session);
        events.signOut(session.id, "signedOut");
        for (const tunnel of tunnels.book.ofUser(session.user)) {
          if (tunnel.session === session.id) await tunnels.end(tunnel, "signedOut");
        }
        if (session.client === "page") reply.clearCookie(sessionCookie, cookie);
        return done;
      },
    },
    {
      method: "GET",
      path: "/me",
      policy: "session",
      handle: async ({ session }) => ({
        account: session.accountName,
        user: session.userName,
        secondFactor: session.secondFactor,
        sessionExpires: timeOf(session.expires),
        pins: pins(),
      }),
    },
    {
      method: "GET",
      path: "/events",
      policy: "session",
      handle: async ({ session, request, reply }) => streamEvents(events, session, request, reply),
    },
  ];
}

function machineRoutes({ list, standIns, checks, intents, history }: Parts): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/machines",
      policy: "session",
      handle: async ({ session, query }) => await list.page(session, decode.machineQuery(withNumbers(query))),
    },
    {
      method: "GET",
      path: "/machines/:machine",
      policy: "session",
      handle: async ({ session, params }) => {
        const machine = await list.one(session, params.machine ?? "");
        if (machine === undefined) throw new CauseError("machineUnknown");
        return machine;
      },
    },
    {
      method: "POST",
      path: "/machines/:machine/connect",
      policy: "session",
      handle: async ({ session, params, body }: SessionCall) =>
        await intents.connect(session, params.machine ?? "", decode.connectRequest(body)),
    },
    {
      method: "POST",
      path: "/machines/:machine/disconnect",
      policy: "session",
      handle: async ({ session, params, body }) => {
        await intents.disconnect(session, params.machine ?? "", decode.disconnectRequest(body).tunnel);
        return done;
      },
    },
    {
      method: "POST",
      path: "/machines/:machine/stand-in",
      policy: "session",
      handle: async ({ session, params, body }) =>
        await standIns.request(session, params.machine ?? "", decode.standInRequest(body)),
    },
    {
      method: "GET",
      path: "/machines/:machine/devices",
      policy: "session",
      handle: async ({ session, params }) => await checks.devices(session, params.machine ?? ""),
    },
    {
      method: "POST",
      path: "/machines/:machine/checks",
      policy: "session",
      handle: async ({ session, params, body }) =>
        await checks.check(session, params.machine ?? "", decode.checkRequest(body)),
    },
    {
      method: "GET",
      path: "/intents/:intent",
      policy: "agent",
      handle: async ({ session, params }) => intents.get(session, params.intent ?? ""),
    },
    {
      method: "PUT",
      path: "/intents/:intent/state",
      policy: "agent",
      handle: async ({ session, params, body }) => {
        await intents.setState(session, params.intent ?? "", decode.intentState(body));
        return done;
      },
    },
    {
      method: "GET",
      path: "/history",
      policy: "session",
      handle: async ({ session, query }) => await history.page(session, decode.historyQuery(withNumbers(query))),
    },
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

/** In a query everything is text; only `limit` is meant as a number. */
function withNumbers(query: unknown): unknown {
  if (typeof query !== "object" || query === null || !("limit" in query)) return query;
  return { ...query, limit: /^\d{1,9}$/.test(String(query.limit)) ? Number(query.limit) : query.limit };
}
