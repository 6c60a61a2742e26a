import type { AgentEvent } from "./events.ts";
import type { Model } from "./model.ts";
import { emptyModel } from "./model.ts";
import { isDialling, isUp } from "./predicates.ts";
import type { Reduction } from "./reduction.ts";
import { to } from "./reduction.ts";

type SigningInEvent = Extract<
  AgentEvent,
  {
    readonly type:
      | "signInStarted"
      | "questionRaised"
      | "questionAnswered"
      | "questionDeclined"
      | "signInSucceeded"
      | "signInFailed"
      | "signOutAsked"
      | "sessionEnded";
  }
>;

/** Sign-in, the questions in between, and its end. */
export function reduceSigningIn(model: Model, event: SigningInEvent): Reduction {
  switch (event.type) {
    case "signInStarted":
      return to({ ...model, session: { state: "signingIn" }, notice: null, pending: null });
    case "questionRaised":
      return to({ ...model, session: { state: "asking", question: event.question }, pending: event.pending });
    case "questionAnswered":
      return answered(model);
    case "questionDeclined":
      return declined(model, event.failure);
    case "signInSucceeded":
      return rest({ ...model, identity: event.identity, pending: null, notice: null });
    case "signInFailed":
      return model.tunnel
        ? rest({ ...model, notice: event.failure })
        : to({ ...signedOut(model), notice: event.failure });
    case "signOutAsked":
      return leave(model, "tell");
    case "sessionEnded":
      return leave({ ...model, notice: event.failure }, "known");
  }
}

// A restarted agent may have taken its tunnel back before anybody signed in anew: then that is what goes on.
function rest(model: Model): Reduction {
  const { tunnel, endpoint } = model;
  if (tunnel === null || endpoint === null) return to({ ...model, session: { state: "signedIn" } });
  return to({ ...model, session: { state: "addressing", endpoint } }, { type: "probeTunnel" });
}

function answered(model: Model): Reduction {
  if (model.session.state !== "asking") return to(model);
  if (model.pending === "signIn") {
    return to({ ...model, session: { state: "signingIn" }, pending: null }, { type: "resumeSignIn" });
  }
  if (model.pending === "look") return to(signedOut(model));
  const session = { state: "dialling", endpoint: null, attempt: model.attempt } as const;
  return to({ ...model, session, pending: null }, { type: "startTunnel" });
}

function declined(model: Model, failure: Reduction["state"]["notice"] & object): Reduction {
  if (model.session.state !== "asking") return to(model);
  if (model.pending === "signIn") return reduceSigningIn(model, { type: "signInFailed", failure });
  if (model.pending === "look") return to(signedOut(model));
  const session = { state: "failed", failure, retryable: true } as const;
  return to({ ...model, session, pending: null, wanted: false, established: false });
}

function leave(model: Model, portal: "tell" | "known"): Reduction {
  const endSession = { type: "endSession", tell: portal === "tell" } as const;
  const { session } = model;
  const hasTunnel = isDialling(session) || isUp(session) || session.state === "hangingUp";
  if (!hasTunnel) return to(signedOut(model), endSession);
  const state: Model = { ...model, session: { state: "hangingUp", next: "signedOut" }, wanted: false };
  return to(state, { type: "cancelRetry" }, { type: "closeTunnel" }, endSession);
}

/** Nobody is signed in; what belongs to the computer rather than the person stays. */
export function signedOut(model: Model): Model {
  const { helper, keyring, notice, occupants, preferences, fixed } = model;
  return { ...emptyModel, helper, keyring, notice, occupants, preferences, fixed };
}
