import { assertNever } from "./assert-never.ts";
import { reduceConnecting } from "./connecting.ts";
import { reduceDialling } from "./dialling.ts";
import type { Effect, IntentReport } from "./effects.ts";
import type { AgentEvent, Moment } from "./events.ts";
import type { MachineConnection, Model } from "./model.ts";
import { routedNetworks, statusOf } from "./model.ts";
import { reduceMoving } from "./moving.ts";
import type { Reduction } from "./reduction.ts";
import { to } from "./reduction.ts";
import { reduceSigningIn } from "./signing-in.ts";

/**
 * The whole of the agent's decisions: what an event makes of the state, and what is to be done about it. Events that
 * mean nothing in a state change nothing. Whatever alters the set of routed networks or the status of a connection
 * tells helper and portal by itself, so that no branch can forget to.
 */
export function reduce(model: Model, event: AgentEvent, moment: Moment): Reduction {
  const { state, effects } = reduceOne(model, event, moment);
  return to(state, ...effects, ...routeChanges(model, state), ...reports(model, state));
}

function reduceOne(model: Model, event: AgentEvent, moment: Moment): Reduction {
  switch (event.type) {
    case "signInStarted":
    case "questionRaised":
    case "questionAnswered":
    case "questionDeclined":
    case "signInSucceeded":
    case "signInFailed":
    case "signOutAsked":
    case "sessionEnded":
      return reduceSigningIn(model, event);
    case "dialAsked":
    case "hangUpAsked":
    case "retryDue":
    case "wayTried":
    case "wayWon":
    case "secured":
    case "addressed":
    case "trafficCounted":
    case "gatewayAnswered":
    case "gatewaySilent":
    case "tunnelClosed":
    case "hungUp":
    case "tunnelResumed":
    case "foreignTunnelFound":
    case "takeOverAnswered":
      return reduceDialling(model, event, moment);
    case "networkLost":
    case "networkFound":
    case "dozed":
    case "woke":
      return reduceMoving(model, event);
    case "helperChanged":
      return to({ ...model, helper: event.helper });
    case "keyringChanged":
      return to({ ...model, keyring: event.keyring });
    case "preferencesChanged":
      return to({ ...model, preferences: event.preferences, fixed: event.fixed });
    case "noticed":
      return to({ ...model, notice: event.failure });
    case "occupantsChanged":
    case "connectAsked":
    case "intentOpened":
    case "connectionRestored":
    case "connectFailed":
    case "routesAnswered":
    case "routesFailed":
    case "routesLost":
    case "routerAnswered":
    case "routerSilent":
    case "devicesSighted":
    case "intentEnded":
    case "machineOnline":
    case "disconnectAsked":
    case "disconnected":
      return reduceConnecting(model, event, moment);
    default:
      return assertNever(event);
  }
}

// Without a tunnel there is nothing to route into: the helper undoes all of it with the tunnel.
function routeChanges(before: Model, after: Model): readonly Effect[] {
  if (after.tunnel === null || after.session.state === "hangingUp") return [];
  const networks = routedNetworks(after);
  const same = before.tunnel !== null && networks.join() === routedNetworks(before).join();
  return same || (before.tunnel === null && networks.length === 0) ? [] : [{ type: "setRoutes", networks }];
}

function reports(before: Model, after: Model): readonly Effect[] {
  return after.connections.flatMap((connection) => {
    const { intent } = connection;
    const report = reportOf(connection);
    if (intent === null || report === undefined) return [];
    const old = before.connections.find((candidate) => candidate.intent?.id === intent.id);
    const told = old && reportOf(old);
    if (told && told.state === report.state && told.cause === report.cause) return [];
    return [{ type: "reportIntent", intent: intent.id, report }];
  });
}

function reportOf(connection: MachineConnection): IntentReport | undefined {
  const status = statusOf(connection.phase);
  switch (status.state) {
    case "routing":
      return { state: "routing", cause: null, roundTripMs: null };
    case "connected":
      return { state: "connected", cause: null, roundTripMs: status.roundTripMs };
    case "routeErrors":
      return { state: "routeErrors", cause: status.failed[0]?.failure.cause ?? null, roundTripMs: null };
    case "silent":
      return { state: "silent", cause: status.who === "router" ? "routerSilent" : "devicesSilent", roundTripMs: null };
    case "overlapping":
      return { state: "overlapping", cause: "overlap", roundTripMs: null };
    case "requested":
    case "closing":
    case "failed":
      return undefined;
    default:
      return assertNever(status);
  }
}
