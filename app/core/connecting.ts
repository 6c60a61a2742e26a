import type { Failure } from "../../contract/causes.ts";
import type { RouteResult } from "../../contract/helper.ts";
import type { Intent } from "../../contract/portal.ts";
import { assertNever } from "./assert-never.ts";
import { change, everyOpen, requestOf, without } from "./connection-list.ts";
import type { Effect } from "./effects.ts";
import type { AgentEvent, Moment } from "./events.ts";
import type { ConnectWish, MachineConnection, Model, Phase, RouteState } from "./model.ts";
import { routedNetworks } from "./model.ts";
import type { Occupant } from "./overlap.ts";
import { findOverlap, findOverlaps, reachableAs } from "./overlap.ts";
import type { Reduction } from "./reduction.ts";
import { to } from "./reduction.ts";

type ConnectingEvent = Extract<
  AgentEvent,
  {
    readonly type:
      | "occupantsChanged"
      | "connectAsked"
      | "intentOpened"
      | "connectionRestored"
      | "connectFailed"
      | "routesAnswered"
      | "routesFailed"
      | "routesLost"
      | "routerAnswered"
      | "routerSilent"
      | "devicesSighted"
      | "intentEnded"
      | "machineOnline"
      | "disconnectAsked"
      | "disconnected";
  }
>;

/** Connections to machines within the tunnel. */
export function reduceConnecting(model: Model, event: ConnectingEvent, moment: Moment): Reduction {
  switch (event.type) {
    case "occupantsChanged":
      return to(judgeAll({ ...model, occupants: event.occupants }));
    case "connectAsked":
      return request(model, { machine: event.machine, name: event.name, wish: event.wish });
    case "intentOpened":
      return to(opened(model, event.intent, null));
    case "connectionRestored":
      return to(opened(model, event.intent, event.wish));
    case "connectFailed":
      return to(
        change(model, event.machine, (connection) =>
          connection.phase.at === "requested"
            ? { ...connection, intent: null, phase: { at: "failed", failure: event.failure } }
            : connection,
        ),
      );
    case "routesAnswered":
      return to(routed(model, Object.fromEntries(event.routes.map((route) => [route.network, routeState(route)]))));
    case "routesFailed":
      return to(routed(model, everyNetwork(event.networks, { state: "failed", failure: event.failure })));
    case "routesLost": {
      const state = routed(model, everyNetwork(event.networks, { state: "pending" }));
      return to(state, { type: "setRoutes", networks: routedNetworks(state) });
    }
    case "routerAnswered":
      return to(echoed(model, event.machine, event.roundTripMs, moment));
    case "routerSilent":
      return to(echoed(model, event.machine, null, moment));
    case "devicesSighted":
      return to(sighted(model, event.intent, event.silent, moment));
    case "intentEnded":
      return to(ended(model, event.intent, event.failure));
    case "machineOnline":
      return revive(model, event.machine);
    case "disconnectAsked":
      return disconnect(model, event.machine);
    case "disconnected":
      return to(without(model, (connection) => connection.machine === event.machine));
    default:
      return assertNever(event);
  }
}

function request(
  model: Model,
  asked: { readonly machine: string; readonly name: string; readonly wish: ConnectWish },
): Reduction {
  const connection: MachineConnection = { ...asked, intent: null, phase: { at: "requested" } };
  const others = model.connections.filter((other) => other.machine !== asked.machine);
  return to({ ...model, notice: null, connections: [...others, connection] }, requestOf(connection));
}

// Both the answer to our own request and the portal's event name the intent; the second one changes nothing.
function opened(model: Model, intent: Intent, restored: ConnectWish | null): Model {
  if (model.tunnel === null || intent.tunnel !== model.tunnel.ticket) return model;
  const known = model.connections.find((connection) => connection.machine === intent.machine);
  if (known?.phase.at === "closing") return model;
  if (known?.intent?.id === intent.id && known.phase.at !== "requested") {
    return renewed(reworded(model, known, intent), known, intent);
  }
  const wish = restored ?? wishOf(intent, known);
  const connection: MachineConnection = {
    machine: intent.machine,
    name: intent.machineName,
    wish,
    intent,
    phase: { at: "requested" },
  };
  const others = model.connections.filter((other) => other.machine !== intent.machine);
  const next: Model = { ...model, connections: [...others, connection] };
  return change(next, intent.machine, (asked) => ({ ...asked, phase: judge(next, asked, intent) }));
}

// What this computer asks for when it must ask again. Order and reason are the portal's: they may have been written on its page.
function wishOf(intent: Intent, known: MachineConnection | undefined): ConnectWish {
  const { orderNumber, reason } = intent;
  const isOurs = known?.phase.at === "requested";
  const networks = isOurs ? known.wish.networks : intent.networks.map(({ network }) => network);
  return { networks, orderNumber, reason };
}

// Asked for once more with another order: what is asked for after the next reconnect is that.
function reworded(model: Model, { wish }: MachineConnection, { machine, orderNumber, reason }: Intent): Model {
  if (wish.orderNumber === orderNumber && wish.reason === reason) return model;
  return change(model, machine, (connection) => ({ ...connection, wish: { ...wish, orderNumber, reason } }));
}

// Rights or stand-ins have changed at the portal: what is new is routed, what is gone is not, the rest stays as it is.
function renewed(model: Model, known: MachineConnection, intent: Intent): Model {
  const { phase } = known;
  const isSame = JSON.stringify(known.intent?.networks) === JSON.stringify(intent.networks);
  if (isSame || (phase.at !== "open" && phase.at !== "overlapping")) return model;
  return change(model, intent.machine, (connection) => {
    const judged = judge(model, connection, intent);
    if (judged.at !== "open" || phase.at !== "open") return { ...connection, intent, phase: judged };
    const routes = Object.entries(judged.routes).map(([network, state]) => [network, phase.routes[network] ?? state]);
    return { ...connection, intent, phase: { ...judged, routes: Object.fromEntries(routes), echo: phase.echo } };
  });
}

// A laptop that moved may stand in a machine's network now, or not any more.
function judgeAll(model: Model): Model {
  return model.connections.reduce((current, { machine }) => {
    return change(current, machine, (connection) => {
      const { intent, phase } = connection;
      if (intent === null || (phase.at !== "open" && phase.at !== "overlapping")) return connection;
      const judged = judge(current, connection, intent);
      return judged.at === "open" && phase.at === "open" ? connection : { ...connection, phase: judged };
    });
  }, model);
}

function judge(model: Model, connection: MachineConnection, intent: Intent): Phase {
  const overlap = findOverlap(intent.networks, [...model.occupants, ...othersNetworks(model, connection.machine)]);
  if (overlap) return { at: "overlapping", overlap };
  const routes = everyNetwork(intent.networks.map(reachableAs), { state: "pending" });
  return { at: "open", routes, echo: { state: "unknown" } };
}

/** Networks of a machine that a stand-in would free from a collision, as the machine knows them. */
export function collidingNetworks(model: Model, machine: string): readonly string[] {
  const networks = model.connections.find((connection) => connection.machine === machine)?.intent?.networks ?? [];
  return findOverlaps(networks, [...model.occupants, ...othersNetworks(model, machine)]).map(({ network }) => network);
}

function othersNetworks(model: Model, machine: string): readonly Occupant[] {
  return model.connections.flatMap((other) =>
    other.machine !== machine && other.phase.at === "open"
      ? Object.keys(other.phase.routes).map((network) => ({ network, machine: other.name, adapter: null }))
      : [],
  );
}

function routed(model: Model, states: Readonly<Record<string, RouteState>>): Model {
  return everyOpen(model, (phase) => {
    const routes = Object.entries(phase.routes).map(([network, state]) => [network, states[network] ?? state]);
    return { ...phase, routes: Object.fromEntries(routes) };
  });
}

function routeState(result: RouteResult): RouteState {
  if (result.state === "set") return { state: "set" };
  const cause = result.cause ?? (result.state === "refused" ? "routeRefused" : "routeFailed");
  return { state: "failed", failure: { cause, detail: result.detail } };
}

function everyNetwork(networks: readonly string[], state: RouteState): Readonly<Record<string, RouteState>> {
  return Object.fromEntries(networks.map((network) => [network, state]));
}

function echoed(model: Model, machine: string, roundTripMs: number | null, moment: Moment): Model {
  const now = new Date(moment.nowMs).toISOString();
  return change(model, machine, (connection) => {
    const { phase } = connection;
    if (phase.at !== "open") return connection;
    if (roundTripMs === null) {
      const since = phase.echo.state === "silent" ? phase.echo.since : now;
      return { ...connection, phase: { ...phase, echo: { state: "silent", since } } };
    }
    const since = phase.echo.state === "answered" ? phase.echo.since : now;
    return { ...connection, phase: { ...phase, echo: { state: "answered", since, roundTripMs } } };
  });
}

function sighted(model: Model, intent: string, devices: readonly string[], moment: Moment): Model {
  return everyOpen(model, (phase, connection) => {
    if (connection.intent?.id !== intent) return phase;
    const { silent, ...rest } = phase;
    if (devices.length === 0) return rest;
    return { ...rest, silent: { devices, since: silent?.since ?? new Date(moment.nowMs).toISOString() } };
  });
}

function ended(model: Model, intent: string, failure: Failure | null): Model {
  const connection = model.connections.find((candidate) => candidate.intent?.id === intent);
  if (connection === undefined) return model;
  if (failure === null || connection.phase.at === "closing") {
    return without(model, (other) => other.machine === connection.machine);
  }
  return change(model, connection.machine, (lost) => ({ ...lost, intent: null, phase: { at: "failed", failure } }));
}

// A connection that ended because its router was away is taken up again when the router is back.
function revive(model: Model, machine: string): Reduction {
  const connection = model.connections.find((candidate) => candidate.machine === machine);
  const waits = connection?.phase.at === "failed" && connection.phase.failure.cause === "machineOffline";
  return waits && model.session.state === "ready" ? request(model, connection) : to(model);
}

function disconnect(model: Model, machine: string | null): Reduction {
  const chosen = model.connections.filter((connection) => machine === null || connection.machine === machine);
  const ending = chosen.filter(({ phase }) => phase.at !== "failed" && phase.at !== "closing");
  const effects = ending.map<Effect>((connection) => ({
    type: "closeIntent",
    machine: connection.machine,
    intent: connection.intent?.id ?? null,
  }));
  const cleared = without(model, (connection) => chosen.includes(connection) && connection.phase.at === "failed");
  const state = ending.reduce(
    (current, { machine: id }) => change(current, id, (connection) => ({ ...connection, phase: { at: "closing" } })),
    cleared,
  );
  return to(state, ...effects);
}
