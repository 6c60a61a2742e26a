import type { Intent } from "../../../contract/portal.ts";
import type { Endpoint, Session, Tunnel } from "../../../contract/state.ts";
import type { AgentEvent } from "../events.ts";
import type { MachineConnection, Model, Phase } from "../model.ts";
import { emptyModel } from "../model.ts";
import { reduce } from "../reducer.ts";
import type { Reduction } from "../reduction.ts";

/** Models in every state, for tests. */

export const moment = { nowMs: Date.parse("2026-11-21T12:00:00.000Z"), random: 0.5 };
export const now = "2026-11-21T12:00:00.000Z";
export const identity = { portal: "portal.test", account: "acme", user: "anna" };
export const endpoint: Endpoint = { host: "portal.test", port: 443, proxy: null, wrapped: false };
export const slice = { network: "10.64.0.0/20", address: "10.64.0.17", gateway: "10.64.0.1" };
export const tunnel: Tunnel = {
  ticket: "t1",
  adapter: "anslut0",
  slice,
  since: now,
  received: 0,
  sent: 0,
  roundTripMs: null,
};
export const network = { network: "192.168.0.0/24", standIn: null, only: null };
export const wish = { networks: null, orderNumber: "A-1", reason: "drive" };
export const intent: Intent = {
  id: "i1",
  tunnel: "t1",
  machine: "m1",
  machineName: "M-1",
  router: ["10.64.8.1", "10.80.8.1"],
  networks: [network],
  orderNumber: "A-1",
  reason: "drive",
  created: now,
};
export const lost = { cause: "tunnelLost", detail: "" } as const;

const signedIn: Model = { ...emptyModel, identity, session: { state: "signedIn" } };
const wanted: Model = { ...signedIn, wanted: true };
const up: Model = { ...wanted, tunnel, endpoint };

/** A model in each state of the session, as it comes about in life. */
export const models: Readonly<Record<Session["state"], Model>> = {
  signedOut: emptyModel,
  signingIn: { ...emptyModel, session: { state: "signingIn" } },
  asking: {
    ...emptyModel,
    session: { state: "asking", question: { about: "secondFactor", expires: now } },
    pending: "signIn",
  },
  signedIn,
  dialling: { ...wanted, session: { state: "dialling", endpoint: null, attempt: 1 } },
  securing: { ...wanted, endpoint, session: { state: "securing", endpoint } },
  addressing: { ...wanted, endpoint, session: { state: "addressing", endpoint } },
  ready: { ...up, established: true, session: { state: "ready", endpoint, since: now } },
  reconnecting: {
    ...wanted,
    established: true,
    attempt: 3,
    session: { state: "reconnecting", attempt: 2, at: now, why: lost },
  },
  suspended: { ...up, established: true, session: { state: "suspended", why: "noNetwork" } },
  hangingUp: { ...up, wanted: false, session: { state: "hangingUp", next: "signedIn" } },
  failed: { ...signedIn, session: { state: "failed", failure: lost, retryable: true } },
};

export const openPhase: Phase = {
  at: "open",
  routes: { "192.168.0.0/24": { state: "set" } },
  echo: { state: "answered", since: now, roundTripMs: 40 },
};

/** A ready tunnel with one connection in `phase`. */
export function readyWith(phase: Phase, more: Partial<MachineConnection> = {}): Model {
  const known = phase.at === "requested" || phase.at === "failed" ? null : intent;
  return { ...models.ready, connections: [{ machine: "m1", name: "M-1", wish, intent: known, phase, ...more }] };
}

export function play(model: Model, ...events: readonly AgentEvent[]): Reduction {
  return events.reduce<Reduction>(
    ({ state, effects }, event) => {
      const next = reduce(state, event, moment);
      return { state: next.state, effects: [...effects, ...next.effects] };
    },
    { state: model, effects: [] },
  );
}

export function effectsOf(reduction: Reduction): readonly string[] {
  return reduction.effects.map(({ type }) => type);
}
