import type { Cause, Failure } from "../../contract/causes.ts";
import type { AgentState, Session } from "../../contract/state.ts";

/** What may be asked for in a state: the same answer for window, tray, CLI, agent and tests. */

type Shown = Pick<AgentState, "session" | "identity">;

export function canLogin({ session }: Shown): boolean {
  return session.state === "signedOut" || session.state === "asking" || session.state === "signingIn";
}

export function canLogout({ session, identity }: Shown): boolean {
  return identity !== null && !(session.state === "hangingUp" && session.next === "signedOut");
}

/** Signed in, and neither on the way nor there. While `reconnecting` it means: now. */
export function canDial({ session, identity }: Shown): boolean {
  if (identity === null) return false;
  switch (session.state) {
    case "signedIn":
    case "failed":
    case "reconnecting":
    case "suspended":
      return true;
    default:
      return false;
  }
}

export function canHangUp({ session, identity }: Shown): boolean {
  if (identity === null) return false;
  return isDialling(session) || isUp(session) || session.state === "asking" || session.state === "failed";
}

/** A machine can be connected only through a tunnel that answers. */
export function canConnect({ session }: Shown): boolean {
  return session.state === "ready";
}

export function canDisconnect(state: Pick<AgentState, "connections">): boolean {
  return state.connections.some((connection) => connection.status.state !== "closing");
}

/** On the way to a tunnel, by itself. */
export function isDialling(session: Session): boolean {
  return ["dialling", "securing", "addressing", "reconnecting", "suspended"].includes(session.state);
}

/** What a dial has come to for whoever waits, also behind a question: undefined while it is not decided. */
export function dialOutcome(session: Session): "ready" | "givenUp" | Failure | undefined {
  switch (session.state) {
    case "ready":
      return "ready";
    case "failed":
      return session.failure;
    // They thought better of it.
    case "signedIn":
    case "signedOut":
      return "givenUp";
    default:
      return undefined;
  }
}

export function isUp(session: Session): boolean {
  return session.state === "ready";
}

const retryable: ReadonlySet<Cause> = new Set<Cause>([
  "nameNotFound",
  "noWay",
  "proxyUnreachable",
  "portalFault",
  "helperMissing",
  "openvpnDied",
  "adapterFailed",
  "ticketRefused",
  "tunnelLost",
  "noLease",
  "echoSilent",
  "tooManyAttempts",
  "busy",
  "internal",
]);

/** Whether the same attempt may succeed later without anybody changing anything. */
export function isRetryable(cause: Cause): boolean {
  return retryable.has(cause);
}
