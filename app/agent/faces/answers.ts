import type { AgentResult } from "../../../contract/agent.ts";
import { CauseError } from "../../../contract/causes.ts";
import type { AgentState, Connection } from "../../../contract/state.ts";
import type { Store } from "../store.ts";

/** What a request that sets something in motion is answered with, once that has come to rest. */

/** Waits until sign-in or dial is decided. Throws the failure it ended with. */
export async function settled(store: Store, aim: "signedIn" | "ready", signal: AbortSignal): Promise<AgentResult> {
  const state = await store.waitFor((view) => isSettled(view, aim), signal);
  const { session } = state;
  switch (session.state) {
    case "asking":
      return { type: "asked" };
    case "failed":
      throw new CauseError(session.failure.cause, session.failure.detail);
    case "reconnecting":
      // It goes on trying by itself; who asked hears why it did not work now, instead of waiting for ever.
      throw new CauseError(session.why.cause, session.why.detail);
    case "signedOut":
      throw new CauseError(state.notice?.cause ?? "signedOut", state.notice?.detail ?? "");
    case "signedIn":
      if (aim === "ready") throw new CauseError("cancelled");
      return { type: "done" };
    default:
      return { type: "done" };
  }
}

function isSettled({ session }: AgentState, aim: "signedIn" | "ready"): boolean {
  if (["asking", "failed", "signedOut", "signedIn", "ready"].includes(session.state)) return true;
  return aim === "signedIn" ? session.state !== "signingIn" : session.state === "reconnecting";
}

/** Waits until a connection stands or does not. Throws why not; its state stays to be seen. */
export async function connected(store: Store, machine: string, signal: AbortSignal): Promise<AgentResult> {
  const find = (view: AgentState) => view.connections.find((connection) => connection.machine === machine);
  const state = await store.waitFor((view) => isDecided(find(view)) || view.session.state === "signedOut", signal);
  const connection = find(state);
  if (connection === undefined) throw new CauseError("cancelled");
  const { status } = connection;
  switch (status.state) {
    case "failed":
      throw new CauseError(status.failure.cause, status.failure.detail);
    case "silent":
      throw new CauseError(status.who === "router" ? "routerSilent" : "devicesSilent", connection.name);
    case "overlapping":
      throw new CauseError(
        "overlap",
        `${status.network} ${status.local} ${status.other ?? status.adapter ?? ""}`.trim(),
      );
    case "routeErrors": {
      const [first] = status.failed;
      const networks = status.failed.map(({ network }) => network).join(", ");
      throw new CauseError(first?.failure.cause ?? "routeFailed", `${networks}: ${first?.failure.detail ?? ""}`);
    }
    default:
      return { type: "done" };
  }
}

function isDecided(connection: Connection | undefined): boolean {
  return connection === undefined || !["waiting", "requested", "routing", "closing"].includes(connection.status.state);
}
