import type { Failure } from "../../contract/causes.ts";
import type { Endpoint, Session, Tunnel } from "../../contract/state.ts";
import { reconnectDelayMs } from "./backoff.ts";
import { forgetAll, requestAll, suspendAll } from "./connection-list.ts";
import type { AgentEvent, Moment } from "./events.ts";
import type { Model } from "./model.ts";
import { canDial, canHangUp, isDialling, isRetryable, isUp } from "./predicates.ts";
import type { Reduction } from "./reduction.ts";
import { to } from "./reduction.ts";
import { signedOut } from "./signing-in.ts";

type DiallingEvent = Extract<
  AgentEvent,
  {
    readonly type:
      | "dialAsked"
      | "hangUpAsked"
      | "retryDue"
      | "wayTried"
      | "wayWon"
      | "secured"
      | "addressed"
      | "trafficCounted"
      | "gatewayAnswered"
      | "gatewaySilent"
      | "tunnelClosed"
      | "hungUp"
      | "tunnelResumed"
      | "foreignTunnelFound"
      | "takeOverAnswered";
  }
>;

/** The tunnel, from the wish for it to its end. */
export function reduceDialling(model: Model, event: DiallingEvent, moment: Moment): Reduction {
  switch (event.type) {
    case "dialAsked":
      return canDial(model) ? dialNow({ ...model, wanted: true, notice: null }) : to(model);
    case "hangUpAsked":
      return canHangUp(model) ? hangUp(model) : to(model);
    case "retryDue":
      return model.session.state === "reconnecting" ? dialNow(model) : to(model);
    case "wayTried":
      if (model.session.state !== "dialling") return to(model);
      return to({ ...model, session: { ...model.session, endpoint: event.endpoint } });
    case "wayWon":
      if (model.session.state !== "dialling") return to(model);
      return to({ ...model, endpoint: event.endpoint, session: { state: "securing", endpoint: event.endpoint } });
    case "secured":
      if (model.session.state !== "securing") return to(model);
      return to({ ...model, session: { state: "addressing", endpoint: model.session.endpoint } });
    case "addressed":
      if (model.session.state !== "addressing") return to(model);
      return to({ ...model, tunnel: event.tunnel }, { type: "probeTunnel" });
    case "trafficCounted":
      if (model.tunnel === null) return to(model);
      return to({ ...model, tunnel: { ...model.tunnel, received: event.received, sent: event.sent } });
    case "gatewayAnswered":
      return answered(model, event.roundTripMs, moment);
    case "gatewaySilent":
      return silent(model, moment);
    case "tunnelClosed":
      return closed(model, event.failure, moment);
    case "hungUp":
      return hungUp(model);
    case "tunnelResumed":
      return resumed(model, event.tunnel, event.endpoint);
    case "foreignTunnelFound":
      return foreign(model, event.ticket);
    case "takeOverAnswered":
      return takeOver(model, event.accept);
  }
}

/** Starts the next attempt at once. */
export function dialNow(model: Model): Reduction {
  const attempt = model.session.state === "reconnecting" ? model.session.attempt : 1;
  return to(
    { ...model, session: { state: "dialling", endpoint: null, attempt }, pending: null, probing: false },
    { type: "cancelRetry" },
    { type: "startTunnel" },
  );
}

// Whether it carries anything the echo must show first.
function resumed(model: Model, tunnel: Tunnel, endpoint: Endpoint): Reduction {
  const session: Session = { state: "addressing", endpoint };
  const state: Model = { ...model, tunnel, endpoint, wanted: true, established: true, pending: null, session };
  return to(state, { type: "probeTunnel" });
}

function foreign(model: Model, ticket: string): Reduction {
  if (model.session.state !== "dialling") return to(model);
  return to({ ...model, session: { state: "asking", question: { about: "takeOver", ticket } }, pending: "dial" });
}

function takeOver(model: Model, accept: boolean): Reduction {
  const { session } = model;
  if (session.state !== "asking" || session.question.about !== "takeOver") return to(model);
  if (!accept) {
    return to({ ...model, session: { state: "hangingUp", next: "dial" }, pending: null }, { type: "closeTunnel" });
  }
  const dialling: Session = { state: "dialling", endpoint: null, attempt: 1 };
  return to({ ...model, session: dialling, pending: null }, { type: "adoptTunnel", ticket: session.question.ticket });
}

/** Closes the tunnel, or stops dialling. */
export function hangUp(model: Model): Reduction {
  const { session } = model;
  const idle: Model = { ...model, wanted: false, established: false, attempt: 1, pending: null };
  const nothingRuns =
    session.state === "failed" || (session.state === "asking" && session.question.about !== "takeOver");
  if (nothingRuns && model.tunnel === null) return to({ ...forgetAll(idle), session: { state: "signedIn" } });
  return to(
    { ...idle, session: { state: "hangingUp", next: "signedIn" } },
    { type: "cancelRetry" },
    { type: "closeTunnel" },
  );
}

function hungUp(model: Model): Reduction {
  if (model.session.state !== "hangingUp") return to(model);
  const { next } = model.session;
  const bare: Model = { ...forgetAll(model), tunnel: null, endpoint: null, probing: false };
  if (next === "signedOut") return to(signedOut(bare));
  const rested: Model = { ...bare, session: { state: "signedIn" } };
  return next === "dial" ? dialNow({ ...rested, wanted: true }) : to(rested);
}

function answered(model: Model, roundTripMs: number, moment: Moment): Reduction {
  const { session, tunnel } = model;
  if (tunnel === null) return to(model);
  const measured: Model = { ...model, tunnel: { ...tunnel, roundTripMs } };
  const waits = session.state === "addressing" || session.state === "suspended";
  if (!waits || model.endpoint === null) return to(measured);
  const since = new Date(moment.nowMs).toISOString();
  return requestAll({
    ...measured,
    session: { state: "ready", endpoint: model.endpoint, since },
    established: true,
    // Why the tunnel before this one was lost is no news any more.
    notice: model.attempt > 1 ? null : model.notice,
    attempt: 1,
    probing: false,
  });
}

function silent(model: Model, moment: Moment): Reduction {
  const { session } = model;
  if (model.tunnel === null) return to(model);
  const counts = session.state === "addressing" || session.state === "ready" || model.probing;
  if (!counts) return to(model);
  const lost = lose(model, { cause: "echoSilent", detail: "" }, moment);
  return to(lost.state, { type: "closeTunnel" }, ...lost.effects);
}

function closed(model: Model, failure: Failure, moment: Moment): Reduction {
  const { session } = model;
  if (session.state === "suspended" && session.why === "noNetwork") {
    // Without a network no attempt can succeed: wait for one instead of counting failures.
    return model.established || model.tunnel !== null
      ? to({ ...suspendAll(model), tunnel: null, probing: false })
      : lose(model, failure, moment);
  }
  return isDialling(session) || isUp(session) ? lose(model, failure, moment) : to(model);
}

/** The tunnel is gone, or none came about: try again if that can help and it had worked before, else say so. */
function lose(model: Model, failure: Failure, moment: Moment): Reduction {
  if (model.session.state === "reconnecting") return to(model);
  const bare: Model = { ...suspendAll(model), tunnel: null, endpoint: null, probing: false };
  const retryable = isRetryable(failure.cause);
  if (!model.established || !retryable || !model.wanted) {
    const session: Session = { state: "failed", failure, retryable };
    return to({ ...forgetAll(bare), session, wanted: false, established: false, attempt: 1 }, { type: "cancelRetry" });
  }
  const delayMs = reconnectDelayMs(model.attempt, moment.random);
  const at = new Date(moment.nowMs + delayMs).toISOString();
  return to(
    {
      ...bare,
      session: { state: "reconnecting", attempt: model.attempt, at, why: failure },
      // The next attempt follows at once, and `dialling` tells nobody why.
      notice: failure,
      attempt: model.attempt + 1,
    },
    { type: "scheduleRetry", delayMs },
  );
}
