import type { AgentResult, BookEntry, Diagnosis, JournalEntry, Judged, Probe } from "../../../../contract/agent.ts";
import type { Outcome } from "../../../../contract/portal.ts";
import { initialPreferences } from "../../../../contract/preferences.ts";
import type { Connection } from "../../../../contract/state.ts";
import type { About } from "../../../../contract/window.ts";
import { book, bookEntry, fixtureNow, machine } from "./machines.ts";
import type { Scene } from "./scenes.ts";
import { agentState, connection, readyState, scenes } from "./scenes.ts";

/** What the places of the window are opened on: scenes, and what the agent answers there. */

const minutesAgo = (minutes: number): string => new Date(Date.parse(fixtureNow) - minutes * 60_000).toISOString();

/** A machine as a drive specialist sees it: a stand-in, and some ports of some devices. */
export const granted: BookEntry = bookEntry(17, {
  machine: {
    ...machine(17),
    present: ["e.lund", "m.berg"],
    networks: [
      {
        network: "192.168.0.0/24",
        standIn: "100.64.17.0/24",
        only: [
          { destination: "192.168.0.10/32", protocol: "tcp", ports: [102, 102] },
          { destination: "192.168.0.10/32", protocol: "tcp", ports: [80, 80] },
          { destination: "192.168.0.10/32", protocol: "icmp", ports: null },
          { destination: "192.168.0.20/32", protocol: "tcp", ports: [5900, 5910] },
        ],
      },
      { network: "10.17.17.0/24", standIn: null, only: null },
    ],
  },
  mark: {
    favourite: true,
    note: "Gateway cabinet is behind the palletiser. Ask for the key at the gate.",
    contact: "Frau Huber, Schicht A, +49 8362 5551",
  },
});

const entries: readonly BookEntry[] = book(36).map((entry) =>
  entry.machine.id === granted.machine.id ? granted : entry,
);

function about17(status: Connection["status"]): Connection {
  return { ...connection(17, status), networks: granted.machine.networks };
}

function sceneOf(connections: readonly Connection[], more: Partial<Scene> = {}): Scene {
  return { ...scenes.ready, state: readyState(connections), entries, ...more };
}

const overlapping = {
  state: "overlapping",
  network: "192.168.0.0/24",
  local: "192.168.0.0/24",
  other: null,
  adapter: "eth0",
  needed: null,
} as const satisfies Connection["status"];

export const panelScenes = {
  idle: sceneOf([]),
  connected: sceneOf([about17({ state: "connected", since: minutesAgo(12), roundTripMs: 41 })]),
  requested: sceneOf([about17({ state: "requested" })]),
  overlapHere: sceneOf([about17(overlapping)]),
  overlapMachine: sceneOf([
    connection(4, { state: "connected", since: minutesAgo(30), roundTripMs: 28 }),
    about17({ ...overlapping, other: "oven-4", adapter: null }),
  ]),
  overlapGateway: sceneOf([about17({ ...overlapping, local: "192.168.0.1/32", adapter: null, needed: "gateway" })]),
  silentRouter: sceneOf([about17({ state: "silent", who: "router", devices: [], since: minutesAgo(2) })]),
  silentDevices: sceneOf([
    about17({ state: "silent", who: "devices", devices: ["192.168.0.10", "192.168.0.20"], since: minutesAgo(2) }),
  ]),
  routeErrors: sceneOf([
    about17({
      state: "routeErrors",
      since: minutesAgo(3),
      failed: [{ network: "10.17.17.0/24", failure: { cause: "routeFailed", detail: "File exists" } }],
    }),
  ]),
  failed: sceneOf([about17({ state: "failed", failure: { cause: "machineOffline", detail: "" } })]),
  offline: {
    ...scenes.offlineBook,
    state: agentState(
      { state: "failed", failure: { cause: "noWay", detail: "" }, retryable: true },
      { identity: { portal: "portal.example", account: "sonnenberg", user: "e.lund" } },
    ),
    entries,
  },
  /** Policy fixes proxy and portals, and no preference. */
  fixedWay: {
    ...scenes.ready,
    state: readyState([], {
      fixed: { preferences: [], portals: true, reason: "Service laptops go out through the office alone." },
    }),
    portals: [
      ...scenes.presetPortal.portals.map((portal) => ({ ...portal, pin: "0".repeat(64) })),
      ...scenes.presetPortal.portals.map((portal) => ({ ...portal, host: "portal.second.example" })),
    ],
    entries,
  },
  fixed: {
    ...scenes.ready,
    state: readyState([], {
      keyring: false,
      preferences: { ...initialPreferences, keepSecrets: false, language: "en" },
      fixed: {
        preferences: ["keepSecrets", "language"],
        portals: false,
        reason: "Service laptops are shared between shifts: nobody stays signed in.",
      },
    }),
    entries,
  },
} as const satisfies Readonly<Record<string, Scene>>;

const pair = { network: "192.168.0.0/24", standIn: "100.64.17.0/24" };

function journalEntry(id: string, more: Partial<JournalEntry>): JournalEntry {
  return {
    kind: "connection",
    id,
    portal: "portal.example",
    account: "sonnenberg",
    user: "e.lund",
    machine: machine(17).name,
    endpoint: "portal.example:443",
    networks: [pair],
    from: minutesAgo(12),
    until: null,
    received: 18_400_000,
    sent: 2_100_000,
    orderNumber: "",
    reason: "",
    note: "",
    delivered: false,
    ended: null,
    ...more,
  };
}

export const journal: readonly JournalEntry[] = [
  journalEntry("t-1 i-9", { orderNumber: "4711-A", reason: "Infeed stops without a message" }),
  journalEntry("t-1", { kind: "tunnel", machine: null, networks: [], from: minutesAgo(42) }),
  journalEntry("t-0 i-8", {
    from: minutesAgo(60 * 26),
    until: minutesAgo(60 * 25),
    received: 214_000_000,
    sent: 8_300_000,
    orderNumber: "4698",
    reason: "New recipe for 0.33 l",
    note: "Recipe 14 loaded and run with M. Weber. Servo 3 still warm: look again next week.",
    delivered: true,
  }),
  journalEntry("t-0 i-7", {
    machine: "filler-3",
    networks: [{ network: "192.168.1.0/24", standIn: null }],
    from: minutesAgo(60 * 28),
    until: minutesAgo(60 * 27.5),
    received: 1_200_000,
    sent: 340_000,
    orderNumber: "4697",
    reason: "HMI shows no trend",
    note: "Waiting for the customer’s IT.",
    ended: "tunnelLost",
  }),
  journalEntry("t-9 i-1", {
    from: minutesAgo(60 * 24 * 9),
    until: minutesAgo(60 * 24 * 9 - 95),
    received: 900,
    sent: 400,
    ended: "rightsMissing",
  }),
];

type PortalHistory = Extract<AgentResult, { readonly type: "history" }>;

export const portalHistory: PortalHistory = {
  type: "history",
  page: {
    before: null,
    connections: [
      {
        id: "i-9",
        user: "e.lund",
        machine: machine(17).name,
        laptop: "LT-0423",
        from: minutesAgo(12),
        until: null,
        networks: [pair],
        received: 18_400_000,
        sent: 2_100_000,
        orderNumber: "4711-A",
        reason: "Infeed stops without a message",
        note: "",
        ended: null,
      },
      {
        id: "i-5",
        user: "m.berg",
        machine: "filler-3",
        laptop: "LT-0099",
        from: minutesAgo(60 * 30),
        until: minutesAgo(60 * 29),
        networks: [{ network: "192.168.1.0/24", standIn: null }],
        received: 64_000,
        sent: 12_000,
        orderNumber: "",
        reason: "Look at the drives",
        note: "Nothing found; the parameter set is the one of May.",
        ended: null,
      },
    ],
  },
};

const usual = [102, 502, 4840, 44_818, 80, 443, 5900] as const;

function probesOf(
  address: string,
  reachedAs: string,
  router: (port: number) => Outcome,
  laptop: (port: number) => Outcome,
): readonly Probe[] {
  return [
    { from: "router", address, by: "arp", port: null, outcome: "answers" },
    { from: "router", address, by: "icmp", port: null, outcome: "answers" },
    ...usual.map((port): Probe => ({ from: "router", address, by: "tcp", port, outcome: router(port) })),
    { from: "laptop", address: reachedAs, by: "icmp", port: null, outcome: laptop(0) },
    ...usual.map((port): Probe => ({ from: "laptop", address: reachedAs, by: "tcp", port, outcome: laptop(port) })),
  ];
}

const onPlc = (port: number): Outcome => ([102, 80].includes(port) ? "answers" : "refused");

/** A PLC that answers both sides, and one without a gateway. */
export const probes: readonly Probe[] = [
  { from: "laptop", address: "10.64.16.40", by: "echo", port: null, outcome: "answers" },
  ...probesOf("192.168.0.10", "100.64.17.10", onPlc, (port) => (port === 0 ? "answers" : onPlc(port))),
  ...probesOf(
    "192.168.0.20",
    "100.64.17.20",
    (port) => (port === 5900 ? "answers" : "refused"),
    () => "silent",
  ),
];

export const judged: readonly Judged[] = [
  { address: "192.168.0.10", reachedAs: "100.64.17.10", verdict: "good", port: null, cure: null },
  {
    address: "192.168.0.20",
    reachedAs: "100.64.17.20",
    verdict: "noGateway",
    port: null,
    cure: "anslut-portal machine network source-nat sonnenberg labeller-17 192.168.0.0/24 on",
  },
];

/** As the agent writes it, with a name of an authority that tries to be markup. */
const page = `# Remote maintenance with Anslut: what your firewall must let through

A service technician in your network wants to reach a machine through the portal portal.example. That takes one outgoing connection. Please allow one of these lines; any one is enough.

| Destination | Port | Protocol | Through |
|---|---|---|---|
| portal.example | 443 | TCP | directly |
| portal.example | 443 | TCP | proxy.office:3128 |

## What traffic this is

Outgoing TCP only; no port needs to be opened towards your network.

## What it cannot do

The technician’s computer gets no default route and no name server from the tunnel.

## What was found from this computer, 2026-06-17 09:30 (UTC)

| Check | Result |
|---|---|
| port portal.example:1194 | bad: No way out of this network to portal.example. |
| portal Evil \\| Authority \\<b\\>\\[x\\](http://evil.test) | good |
`;

export const diagnosis: Diagnosis = {
  checks: [
    { check: "helper", subject: "-", outcome: "good", cause: null, elapsedMs: 3, detail: "" },
    { check: "name", subject: "portal.example", outcome: "good", cause: null, elapsedMs: 21, detail: "" },
    { check: "port", subject: "portal.example:1194", outcome: "bad", cause: "noWay", elapsedMs: 4000, detail: "" },
    { check: "port", subject: "portal.example:443", outcome: "bad", cause: "noWay", elapsedMs: 4000, detail: "" },
    { check: "port", subject: "portal.example:80", outcome: "good", cause: null, elapsedMs: 61, detail: "" },
    { check: "inspection", subject: "portal.example", outcome: "unknown", cause: null, elapsedMs: 0, detail: "" },
    { check: "portal", subject: "portal.example", outcome: "good", cause: null, elapsedMs: 88, detail: "" },
    { check: "clock", subject: "-", outcome: "good", cause: null, elapsedMs: 0, detail: "" },
    { check: "tunnel", subject: "-", outcome: "unknown", cause: null, elapsedMs: 0, detail: "" },
  ],
  verdict: "noWay",
  ask: [
    { host: "portal.example", port: 443, through: null },
    { host: "portal.example", port: 443, through: "proxy.office:3128" },
  ],
  page,
};

export const bundle = {
  type: "diagnostics",
  name: "anslut-diagnostics-2026-06-17.txt",
  text: [
    "Anslut 0.1.0, Linux 6.12, x64",
    "session: ready, portal.example:443",
    ...Array.from(
      { length: 60 },
      (_, line) => `09:${String(line).padStart(2, "0")} tunnel: echo ${30 + (line % 9)} ms`,
    ),
    "09:60 proxy: Authorization: [removed]",
  ].join("\n"),
} as const satisfies AgentResult;

export const about: About = {
  version: "0.1.0",
  parts: [
    { name: "Electron", version: "45.4.1" },
    { name: "Chromium", version: "156.0.7203.40" },
    { name: "Node", version: "24.21.0" },
    { name: "OpenVPN", version: "2.7.2" },
  ],
  licences: [
    { name: "react", version: "19.3.1", licence: "MIT" },
    { name: "react-aria-components", version: "1.22.1", licence: "Apache-2.0" },
    { name: "openvpn", version: "2.7.2", licence: "GPL-2.0-only" },
    { name: "zustand", version: "5.1.0", licence: "MIT" },
    { name: "uplot", version: "1.6.32", licence: "MIT" },
  ],
  tray: true,
  links: ["documentation", "proxies", "support"],
};
