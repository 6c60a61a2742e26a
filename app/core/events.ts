import type { Failure } from "../../contract/causes.ts";
import type { RouteResult } from "../../contract/helper.ts";
import type { Intent } from "../../contract/portal.ts";
import type { Preferences } from "../../contract/preferences.ts";
import type { AgentState, Endpoint, Question, Tunnel } from "../../contract/state.ts";
import type { ConnectWish, Waiting } from "./model.ts";
import type { Occupant } from "./overlap.ts";

/** What happened: in the past tense, from people, portal, helper and clock. */
export type AgentEvent =
  // signing in
  | { readonly type: "signInStarted" }
  | { readonly type: "questionRaised"; readonly question: Question; readonly pending: Waiting }
  | { readonly type: "questionAnswered" }
  | { readonly type: "questionDeclined"; readonly failure: Failure }
  | { readonly type: "signInSucceeded"; readonly identity: NonNullable<AgentState["identity"]> }
  /** `failure` null: somebody cancelled it. */
  | { readonly type: "signInFailed"; readonly failure: Failure | null }
  | { readonly type: "signOutAsked" }
  /** The portal ended the session, or does not know it any more. */
  | { readonly type: "sessionEnded"; readonly failure: Failure }
  // the tunnel
  | { readonly type: "dialAsked" }
  | { readonly type: "hangUpAsked" }
  | { readonly type: "retryDue" }
  | { readonly type: "wayTried"; readonly endpoint: Endpoint }
  | { readonly type: "wayWon"; readonly endpoint: Endpoint }
  | { readonly type: "secured" }
  | { readonly type: "addressed"; readonly tunnel: Tunnel }
  | { readonly type: "trafficCounted"; readonly received: number; readonly sent: number }
  | { readonly type: "gatewayAnswered"; readonly roundTripMs: number }
  | { readonly type: "gatewaySilent" }
  /** No tunnel came about (ticket, helper's refusal), or the one there was is gone, and nobody had asked for it. */
  | { readonly type: "tunnelClosed"; readonly failure: Failure }
  /** What `closeTunnel` asked for is done: nothing of a tunnel is left. */
  | { readonly type: "hungUp" }
  /** The helper has our own tunnel still, after it or the agent was away. */
  | { readonly type: "tunnelResumed"; readonly tunnel: Tunnel; readonly endpoint: Endpoint }
  | { readonly type: "foreignTunnelFound"; readonly ticket: string }
  | { readonly type: "takeOverAnswered"; readonly accept: boolean }
  // this computer
  | { readonly type: "networkLost" }
  | { readonly type: "networkFound" }
  /** The system says that it falls asleep now. */
  | { readonly type: "dozed" }
  | { readonly type: "woke" }
  | { readonly type: "occupantsChanged"; readonly occupants: readonly Occupant[] }
  | { readonly type: "helperChanged"; readonly helper: AgentState["helper"] }
  | { readonly type: "keyringChanged"; readonly keyring: boolean }
  | { readonly type: "preferencesChanged"; readonly preferences: Preferences; readonly fixed: AgentState["fixed"] }
  | { readonly type: "noticed"; readonly failure: Failure }
  // machines
  | { readonly type: "connectAsked"; readonly machine: string; readonly name: string; readonly wish: ConnectWish }
  | { readonly type: "intentOpened"; readonly intent: Intent }
  /** A connection of an agent before us, in the tunnel that we took back from it. */
  | { readonly type: "connectionRestored"; readonly intent: Intent; readonly wish: ConnectWish }
  | { readonly type: "connectFailed"; readonly machine: string; readonly failure: Failure }
  | { readonly type: "routesAnswered"; readonly routes: readonly RouteResult[] }
  | { readonly type: "routesFailed"; readonly networks: readonly string[]; readonly failure: Failure }
  | { readonly type: "routesLost"; readonly networks: readonly string[] }
  | { readonly type: "routerAnswered"; readonly machine: string; readonly roundTripMs: number }
  | { readonly type: "routerSilent"; readonly machine: string }
  /** What the router sees of the devices behind a connection; none silent: all answer. */
  | { readonly type: "devicesSighted"; readonly intent: string; readonly silent: readonly string[] }
  | { readonly type: "intentEnded"; readonly intent: string; readonly failure: Failure | null }
  | { readonly type: "machineOnline"; readonly machine: string }
  /** `machine` null: all of them. */
  | { readonly type: "disconnectAsked"; readonly machine: string | null }
  | { readonly type: "disconnected"; readonly machine: string };

/** Clock and chance at the moment of an event. */
export interface Moment {
  readonly nowMs: number;
  /** From [0, 1). */
  readonly random: number;
}
