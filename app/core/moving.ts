import { doubtAll } from "./connection-list.ts";
import { dialNow } from "./dialling.ts";
import type { AgentEvent } from "./events.ts";
import type { Model } from "./model.ts";
import { isDialling, isUp } from "./predicates.ts";
import type { Reduction } from "./reduction.ts";
import { to } from "./reduction.ts";

type MovingEvent = Extract<AgentEvent, { readonly type: "networkLost" | "networkFound" | "woke" }>;

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
    case "woke":
      if (model.tunnel === null) return dialIfWaiting(model);
      // Whether the tunnel outlived the sleep shows the echo; until then nothing is green.
      return probe(isUp(model.session) ? { ...doubtAll(model), session: { state: "suspended", why: "sleep" } } : model);
  }
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
