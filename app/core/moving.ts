import { doubtAll } from "./connection-list.ts";
import { dialNow, hangUp } from "./dialling.ts";
import type { AgentEvent } from "./events.ts";
import type { Model } from "./model.ts";
import { isDialling, isUp } from "./predicates.ts";
import type { Reduction } from "./reduction.ts";
import { to } from "./reduction.ts";

type MovingEvent = Extract<AgentEvent, { readonly type: "networkLost" | "networkFound" | "dozed" | "woke" }>;

/** What happens to the tunnel when the computer sleeps, wakes, or changes its network. */
export function reduceMoving(model: Model, event: MovingEvent): Reduction {
  switch (event.type) {
    case "networkLost":
      if (!isDialling(model.session) && !isUp(model.session)) return to(model);
      return to(
        { ...doubtAll(model), session: { state: "suspended", why: "noNetwork" }, probing: false },
        { type: "cancelRetry" },
      );
    case "networkFound":
      if (model.tunnel !== null) return probe(model);
      return isRedialling(model) ? dialNow(model) : dialIfWaiting(model);
    case "dozed":
      if (endsWithSleep(model)) return hangUp(model);
      // Nothing that is known of the far end outlives a sleep; should there be none after all, the next echo says so.
      return to(isUp(model.session) ? asleep(model) : model);
    case "woke":
      if (endsWithSleep(model)) return hangUp(model);
      if (model.tunnel === null) return dialIfWaiting(model);
      // Whether the tunnel outlived the sleep shows the echo; until then nothing is green.
      return probe(isUp(model.session) ? asleep(model) : model);
  }
}

function asleep(model: Model): Model {
  return { ...doubtAll(model), session: { state: "suspended", why: "sleep" } };
}

// Who does not want the tunnel back after a sleep has it closed: nobody may sit before the computer when it wakes.
function endsWithSleep({ preferences, established, session }: Model): boolean {
  return !preferences.reconnectAfterSleep && established && (isDialling(session) || isUp(session));
}

function probe(model: Model): Reduction {
  const probing = model.session.state === "suspended" || model.probing;
  return to({ ...model, probing }, { type: "probeTunnel" });
}

function dialIfWaiting(model: Model): Reduction {
  const { state } = model.session;
  return model.wanted && (state === "suspended" || state === "reconnecting") ? dialNow(model) : to(model);
}

// An attempt that began without a network waits for answers that cannot come any more.
function isRedialling({ session, established }: Model): boolean {
  return established && (session.state === "dialling" || session.state === "securing");
}
