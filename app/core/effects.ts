import type { Cause } from "../../contract/causes.ts";
import type { ConnectWish } from "./model.ts";

/** What to do about it: in the imperative, carried out by the agent in this order. */
export type Effect =
  /** Sign in again with what the person typed before the question. */
  | { readonly type: "resumeSignIn" }
  /** Forget the session; `tell` the portal if it still knows it. */
  | { readonly type: "endSession"; readonly tell: boolean }
  /** Ticket and helper; a tunnel that the helper still has is closed first. */
  | { readonly type: "startTunnel" }
  | { readonly type: "closeTunnel" }
  /** Go on with the tunnel that the person was asked about. */
  | { readonly type: "adoptTunnel"; readonly ticket: string }
  | { readonly type: "scheduleRetry"; readonly delayMs: number }
  | { readonly type: "cancelRetry" }
  /** Ask gateway and routers at once rather than at their next turn. */
  | { readonly type: "probeTunnel" }
  | { readonly type: "setRoutes"; readonly networks: readonly string[] }
  | { readonly type: "requestIntent"; readonly machine: string; readonly wish: ConnectWish }
  | { readonly type: "closeIntent"; readonly machine: string; readonly intent: string | null }
  | { readonly type: "reportIntent"; readonly intent: string; readonly report: IntentReport };

/** What the portal is told of a connection (contract: `IntentState`). */
export interface IntentReport {
  readonly state: "routing" | "connected" | "routeErrors" | "silent" | "overlapping" | "closed";
  readonly cause: Cause | null;
  readonly roundTripMs: number | null;
}
