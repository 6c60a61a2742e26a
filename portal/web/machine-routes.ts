import { CauseError } from "../../contract/causes.ts";
import { decoder } from "../../contract/decoder.ts";
import {
  CheckRequest,
  ConnectRequest,
  DisconnectRequest,
  HistoryNote,
  HistoryReport,
  IntentState,
  MachineQuery,
  StandInRequest,
} from "../../contract/portal.ts";
import type { Route, SessionCall } from "./call.ts";
import { HistoryQuery } from "./history.ts";
import type { Parts } from "./parts.ts";

const decode = {
  machineQuery: decoder("portal", MachineQuery),
  historyQuery: decoder("portal", HistoryQuery),
  historyReport: decoder("portal", HistoryReport),
  historyNote: decoder("portal", HistoryNote),
  connectRequest: decoder("portal", ConnectRequest),
  disconnectRequest: decoder("portal", DisconnectRequest),
  intentState: decoder("portal", IntentState),
  standInRequest: decoder("portal", StandInRequest),
  checkRequest: decoder("portal", CheckRequest),
};

const done = { done: true } as const;

/** Machines, connections to them, and the history of these. */
export function machineRoutes({ list, standIns, checks, intents, history }: Parts): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/machines",
      policy: "session",
      handle: async ({ session, query }) => {
        const page = await list.page(session, decode.machineQuery(withNumbers(query)));
        return session.client === "page" ? { ...page, connections: intents.ofUser(session) } : page;
      },
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
    {
      method: "PUT",
      path: "/history/:intent",
      policy: "agent",
      handle: async ({ session, params, body }) => {
        await history.report(session, params.intent ?? "", decode.historyReport(body));
        return done;
      },
    },
    {
      method: "PUT",
      path: "/history/:intent/note",
      policy: "session",
      handle: async ({ session, params, body }) => {
        await history.note(session, params.intent ?? "", decode.historyNote(body));
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
