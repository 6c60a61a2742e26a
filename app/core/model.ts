import type { Failure } from "../../contract/causes.ts";
import type { Intent, MachineNetwork } from "../../contract/portal.ts";
import { initialPreferences } from "../../contract/preferences.ts";
import type { AgentState, Connection, Endpoint, Session, Tunnel } from "../../contract/state.ts";
import { contains, networkOf, parseAddress, uniqueNetworks } from "./networks.ts";
import type { Occupant, Overlap } from "./overlap.ts";
import { reachableAs } from "./overlap.ts";
import { isUp } from "./predicates.ts";

/** What the agent knows: the state that is shown, and what is needed to decide but shown to nobody. */
export interface Model {
  readonly session: Session;
  readonly identity: AgentState["identity"];
  readonly tunnel: Tunnel | null;
  readonly connections: readonly MachineConnection[];
  readonly helper: AgentState["helper"];
  readonly keyring: boolean;
  readonly notice: Failure | null;
  /** Whether the person wants a tunnel: set by dial, cleared by hang-up and by failures that no retry cures. */
  readonly wanted: boolean;
  /** Whether this dial was ready once. Before that a failure is told at once; after it the agent retries. */
  readonly established: boolean;
  /** Retries since the tunnel was last ready; 1 is the first try. */
  readonly attempt: number;
  /** The way the tunnel took, or takes now. */
  readonly endpoint: Endpoint | null;
  /** Whether silence of the gateway now means that the tunnel is lost, although the session is suspended. */
  readonly probing: boolean;
  /** What waits behind a question. */
  readonly pending: Waiting | null;
  /** Networks this computer stands in, and addresses that must stay outside the tunnel. */
  readonly occupants: readonly Occupant[];
  /** As they hold: what policy fixes is in them. */
  readonly preferences: AgentState["preferences"];
  readonly fixed: AgentState["fixed"];
}

/** What goes on once a question is answered; `look`: at a portal, before anybody is signed in. */
export type Waiting = "signIn" | "dial" | "look";

/** What the person asked for; asked again after a reconnect. */
export interface ConnectWish {
  readonly networks: readonly string[] | null;
  readonly orderNumber: string;
  readonly reason: string;
}

export type RouteState =
  | { readonly state: "pending" }
  | { readonly state: "set" }
  | { readonly state: "failed"; readonly failure: Failure };

export type Echo =
  | { readonly state: "unknown" }
  | { readonly state: "answered"; readonly since: string; readonly roundTripMs: number }
  | { readonly state: "silent"; readonly since: string };

export type Phase =
  | { readonly at: "requested" }
  /** The portal granted it; routes by network as the laptop sees it. */
  | {
      readonly at: "open";
      readonly routes: Readonly<Record<string, RouteState>>;
      readonly echo: Echo;
      /** Devices that do not answer their router. */
      readonly silent?: { readonly devices: readonly string[]; readonly since: string };
    }
  | { readonly at: "overlapping"; readonly overlap: Overlap }
  | { readonly at: "closing" }
  | { readonly at: "failed"; readonly failure: Failure };

export interface MachineConnection {
  readonly machine: string;
  readonly name: string;
  readonly wish: ConnectWish;
  readonly intent: Intent | null;
  readonly phase: Phase;
}

export const emptyModel: Model = {
  session: { state: "signedOut" },
  identity: null,
  tunnel: null,
  connections: [],
  helper: "unknown",
  keyring: false,
  notice: null,
  wanted: false,
  established: false,
  attempt: 1,
  endpoint: null,
  probing: false,
  pending: null,
  occupants: [],
  preferences: initialPreferences,
  fixed: { preferences: [], portals: false, reason: "" },
};

/** The state as every face sees it. */
export function viewOf(model: Model): AgentState {
  const { session, identity, tunnel, helper, keyring, notice, preferences, fixed } = model;
  const connections = model.connections.map((connection) => viewConnection(connection, session));
  return { session, identity, tunnel, connections, helper, keyring, notice, preferences, fixed };
}

function viewConnection(connection: MachineConnection, session: Session): Connection {
  const { machine, name, intent, phase } = connection;
  const networks: MachineNetwork[] = intent?.networks ?? [];
  return { machine, name, intent: intent?.id ?? null, networks, status: shownStatus(phase, session) };
}

/** What a connection comes to without a tunnel that answers: it waits for one, or ends with the last. */
function shownStatus(phase: Phase, session: Session): Connection["status"] {
  const needsTunnel = phase.at === "requested" || phase.at === "open";
  if (isUp(session) || !needsTunnel) return statusOf(phase);
  return { state: session.state === "hangingUp" && session.next !== "dial" ? "closing" : "waiting" };
}

type Standing = Exclude<Connection["status"], { readonly state: "waiting" }>;

/** The status of a connection in a tunnel that answers: silence outweighs route errors, and neither is shown before the router was asked. */
export function statusOf(phase: Phase): Standing {
  switch (phase.at) {
    case "requested":
    case "closing":
      return { state: phase.at };
    case "failed":
      return { state: "failed", failure: phase.failure };
    case "overlapping":
      return { state: "overlapping", ...phase.overlap };
    case "open":
      return openStatus(phase);
  }
}

function openStatus(phase: Extract<Phase, { at: "open" }>): Standing {
  const { routes, echo, silent } = phase;
  if (Object.values(routes).some((route) => route.state === "pending")) return { state: "routing" };
  if (echo.state === "unknown") return { state: "routing" };
  if (echo.state === "silent") return { state: "silent", who: "router", devices: [], since: echo.since };
  const failed = Object.entries(routes).flatMap(([network, route]) =>
    route.state === "failed" ? [{ network, failure: route.failure }] : [],
  );
  if (failed.length > 0) return { state: "routeErrors", since: echo.since, failed };
  if (silent !== undefined)
    return { state: "silent", who: "devices", devices: [...silent.devices], since: silent.since };
  return { state: "connected", since: echo.since, roundTripMs: echo.roundTripMs };
}

/** All machine networks that shall be routed into the tunnel now. */
export function routedNetworks(model: Model): readonly string[] {
  if (model.tunnel === null) return [];
  return uniqueNetworks(
    model.connections.flatMap(({ phase, intent }) =>
      phase.at === "open" ? (intent?.networks ?? []).map(reachableAs) : [],
    ),
  );
}

/** Whom the agent asks for an echo: the account's own address, and the router of each open connection (key: machine). */
export interface EchoTargets {
  readonly from: string | null;
  readonly gateway: string | null;
  readonly routers: Readonly<Record<string, string>>;
}

export function echoTargets(model: Model): EchoTargets {
  const { tunnel } = model;
  if (tunnel === null) return { from: null, gateway: null, routers: {} };
  const routers = model.connections.flatMap(({ machine, phase, intent }) =>
    phase.at === "open" && intent ? [[machine, routerAddress(intent, tunnel)]] : [],
  );
  return { from: tunnel.slice.address, gateway: tunnel.slice.gateway, routers: Object.fromEntries(routers) };
}

// An intent names the router in both slices: the one that this tunnel is in counts.
function routerAddress(intent: Intent, tunnel: Tunnel): string {
  const [primary, second] = intent.router;
  const slice = networkOf(tunnel.slice.network);
  const address = parseAddress(primary);
  return slice && address !== undefined && contains(slice, address) ? primary : second;
}
