import type { AgentResult, BookEntry } from "../../../../contract/agent.ts";
import type { Failure } from "../../../../contract/causes.ts";
import { initialPreferences } from "../../../../contract/preferences.ts";
import type { AgentState, Connection, Endpoint, Question, Session } from "../../../../contract/state.ts";
import type { WindowPush } from "../../../../contract/window.ts";
import { book, bookEntry, fixtureNow, machine } from "./machines.ts";

/** What a window is opened on: what the program behind the page says first. */
export interface Scene {
  readonly agent: WindowPush<"agent">;
  /** Undefined: the agent has not said anything yet. */
  readonly state: AgentState | undefined;
  readonly entries: readonly BookEntry[];
  /** When the portal last said so; null: now. */
  readonly from: string | null;
  readonly portals: Extract<AgentResult, { readonly type: "portals" }>["portals"];
}

const endpoint: Endpoint = { host: "portal.example", port: 443, proxy: null, wrapped: false };
const identity = { portal: "portal.example", account: "sonnenberg", user: "e.lund" };
const knownPin = "3f9ac1".padEnd(64, "7b02d4");
const shownPin = "b81e55".padEnd(64, "90acf2");
const minutesAgo = (minutes: number): string => new Date(Date.parse(fixtureNow) - minutes * 60_000).toISOString();
const failure = (cause: Failure["cause"], detail = ""): Failure => ({ cause, detail });

/** A state of nobody signed in; `more` lays over it. */
export function agentState(session: Session, more: Partial<AgentState> = {}): AgentState {
  return {
    session,
    identity: null,
    tunnel: null,
    connections: [],
    helper: "available",
    keyring: true,
    notice: null,
    preferences: initialPreferences,
    fixed: { preferences: [], portals: false, reason: "" },
    ...more,
  };
}

const tunnel: AgentState["tunnel"] = {
  ticket: "ticket-1",
  adapter: "anslut0",
  slice: { network: "10.64.16.0/20", address: "10.64.16.9", gateway: "10.64.16.1" },
  since: minutesAgo(42),
  received: 18_400_000,
  sent: 2_100_000,
  roundTripMs: 38,
};

const ready: Session = { state: "ready", endpoint, since: minutesAgo(42) };

/** Ready, with connections. */
export function readyState(connections: readonly Connection[] = [], more: Partial<AgentState> = {}): AgentState {
  return agentState(ready, { identity, tunnel, connections: [...connections], ...more });
}

/** A connection to machine `number` of the book. */
export function connection(number: number, status: Connection["status"]): Connection {
  const { id, name, networks } = machine(number);
  return { machine: id, name, intent: `intent-${number}`, networks, status };
}

const portal: Scene["portals"][number] = {
  host: "portal.example",
  port: 443,
  authority: null,
  pin: knownPin,
  remembered: null,
  last: null,
  fixedByPolicy: false,
};

function scene<State extends AgentState | undefined>(
  state: State,
  more: Partial<Omit<Scene, "state">> = {},
): Scene & { readonly state: State } {
  return {
    agent: { link: "attached", failure: null },
    state,
    entries: book(36),
    from: null,
    portals: [portal],
    ...more,
  };
}

const fixedPortals: AgentState["fixed"] = { preferences: [], portals: true, reason: "Rule 4.2" };
const asking = (question: Question, more: Partial<AgentState> = {}): AgentState =>
  agentState({ state: "asking", question }, more);
const empty = { entries: [] as readonly BookEntry[] };
const connected = connection(17, { state: "connected", since: minutesAgo(12), roundTripMs: 41 });

/** Every scene that a picture is made of and axe looks at. Tests take them by name and change what they need. */
export const scenes = {
  starting: scene(undefined, { ...empty, agent: { link: "starting", failure: null } }),
  agentMissing: scene(undefined, {
    ...empty,
    agent: { link: "lost", failure: failure("agentMissing", "spawn: ENOENT") },
  }),
  firstStart: scene(agentState({ state: "signedOut" }), { ...empty, portals: [] }),
  /** What a laptop shows that an administrator has set up: the portal is named, and was never reached. */
  presetPortal: scene(agentState({ state: "signedOut" }, { fixed: fixedPortals }), {
    ...empty,
    portals: [{ ...portal, pin: null, fixedByPolicy: true }],
  }),
  helperMissing: scene(agentState({ state: "signedOut" }, { helper: "missing" }), { ...empty, portals: [] }),
  signedOut: scene(agentState({ state: "signedOut" }), empty),
  rememberedDevice: scene(agentState({ state: "signedOut" }), {
    ...empty,
    portals: [
      {
        ...portal,
        remembered: { account: "sonnenberg", user: "e.lund" },
        last: { account: "sonnenberg", user: "e.lund" },
      },
    ],
  }),
  severalPortals: scene(agentState({ state: "signedOut" }, { keyring: false }), {
    ...empty,
    portals: [portal, { ...portal, host: "fjaerr.example", port: 8443, fixedByPolicy: true }],
  }),
  signedInBefore: scene(agentState({ state: "signedOut" }), {
    ...empty,
    portals: [{ ...portal, last: { account: "sonnenberg", user: "e.lund" } }],
  }),
  signingIn: scene(agentState({ state: "signingIn" }), empty),
  refused: scene(agentState({ state: "signedOut" }, { notice: failure("credentialsRefused") }), empty),
  noWayIn: scene(agentState({ state: "signedOut" }, { notice: failure("noWay") }), empty),
  secondFactor: scene(
    asking({ about: "secondFactor", expires: new Date(Date.parse(fixtureNow) + 252_000).toISOString() }),
    empty,
  ),
  certificateChanged: scene(
    asking({
      about: "certificateChanged",
      host: "portal.example",
      known: knownPin,
      shown: shownPin,
      mayAccept: true,
    }),
    empty,
  ),
  certificateForbidden: scene(
    asking(
      {
        about: "certificateChanged",
        host: "portal.example",
        known: knownPin,
        shown: shownPin,
        mayAccept: false,
      },
      { fixed: { ...fixedPortals, portals: false, reason: "Keys are compared in the office: +46 31 555 12." } },
    ),
    empty,
  ),
  proxyPassword: scene(
    asking({ about: "proxyPassword", host: "proxy.office.example", port: 3128, refused: false }, { identity }),
  ),
  takeOver: scene(asking({ about: "takeOver", ticket: "other" }, { identity })),
  signedIn: scene(agentState({ state: "signedIn" }, { identity })),
  dialling: scene(agentState({ state: "dialling", endpoint, attempt: 1 }, { identity })),
  addressing: scene(agentState({ state: "addressing", endpoint }, { identity })),
  ready: scene(readyState()),
  noMachines: scene(readyState(), empty),
  connected: scene(readyState([connected])),
  requested: scene(readyState([connection(17, { state: "requested" })])),
  routeErrors: scene(
    readyState([
      connection(17, {
        state: "routeErrors",
        since: minutesAgo(3),
        failed: [{ network: "10.17.17.0/24", failure: failure("routeFailed", "File exists") }],
      }),
    ]),
  ),
  silentRouter: scene(
    readyState([connection(17, { state: "silent", who: "router", devices: [], since: minutesAgo(2) })]),
  ),
  silentDevices: scene(
    readyState([
      connected,
      connection(3, { state: "silent", who: "devices", devices: ["192.168.1.10"], since: minutesAgo(2) }),
    ]),
  ),
  overlapping: scene(
    readyState([
      connection(17, {
        state: "overlapping",
        network: "192.168.1.0/24",
        local: "192.168.1.0/24",
        other: null,
        adapter: "eth0",
        needed: null,
      }),
    ]),
  ),
  reconnecting: scene(
    agentState(
      {
        state: "reconnecting",
        attempt: 3,
        at: new Date(Date.parse(fixtureNow) + 9000).toISOString(),
        why: failure("tunnelLost"),
      },
      { identity, connections: [connected] },
    ),
  ),
  noNetwork: scene(agentState({ state: "suspended", why: "noNetwork" }, { identity })),
  failed: scene(agentState({ state: "failed", failure: failure("noWay"), retryable: true }, { identity })),
  agentLost: scene(readyState([connected]), { agent: { link: "lost", failure: failure("agentMissing") } }),
  serviceStopped: scene(agentState({ state: "signedIn" }, { identity, helper: "missing" })),
  offlineBook: scene(agentState({ state: "signedOut" }, { notice: failure("noWay") }), { from: minutesAgo(60 * 26) }),
  manyMachines: scene(readyState(), { entries: book(20_000) }),
  german: scene(readyState([connected], { preferences: { ...initialPreferences, language: "de" } })),
  longNames: scene(readyState(), {
    entries: [
      bookEntry(1, {
        machine: {
          ...machine(1),
          name: "Hydraulische Abkantpresse mit Werkstückhandhabung, Nachfolgerin der 4711",
          customer: "Zementwerk Rhein-Lahn GmbH & Co. Kommanditgesellschaft auf Aktien",
          present: ["maximiliane.hohenstein-waldburg", "m.berg", "j.okafor", "s.lindqvist"],
        },
      }),
      ...book(5).slice(1),
    ],
  }),
} as const satisfies Readonly<Record<string, Scene>>;
export type SceneName = keyof typeof scenes;
