import type { JournalEntry, PortalEntry } from "../../../contract/agent.ts";
import type { Machine, MachineNetwork } from "../../../contract/portal.ts";
import type { AgentState, Connection, Endpoint } from "../../../contract/state.ts";

/** Values that tests of the command line share. */

export const now = "2026-11-21T14:17:00.000Z";

export const endpoint: Endpoint = { host: "portal.example", port: 443, proxy: null, wrapped: false };

export const identity = { portal: "portal.example", account: "Maschinenbau Süd", user: "anna" };

/** Who a portal remembers. */
export const names = { account: identity.account, user: identity.user };

export const portal: PortalEntry = {
  host: "portal.example",
  port: 443,
  authority: null,
  pin: "cd".repeat(32),
  remembered: null,
  last: null,
  fixedByPolicy: false,
};

export const plain: MachineNetwork = { network: "10.1.0.0/16", standIn: null, only: null };
export const behindStandIn: MachineNetwork = {
  network: "192.168.0.0/24",
  standIn: "100.64.3.0/24",
  only: [
    { destination: "192.168.0.10/32", protocol: "tcp", ports: [102, 102] },
    { destination: "192.168.0.0/24", protocol: "udp", ports: [5000, 5010] },
    { destination: "192.168.0.0/24", protocol: "icmp", ports: null },
  ],
};

export const press: Machine = {
  id: "m17",
  name: "press-1",
  customer: "Åkers Bruk AB",
  place: "Hall 3",
  serial: "SN-0017",
  online: true,
  lastSeen: now,
  networks: [behindStandIn, plain],
  present: ["anna", "björn"],
};
export const saw: Machine = {
  id: "m18",
  name: "Säge 2",
  customer: "Holz & Söhne",
  place: "",
  serial: null,
  online: false,
  lastSeen: "2026-11-19T08:01:00.000Z",
  networks: [plain],
  present: [],
};

export const tunnel: NonNullable<AgentState["tunnel"]> = {
  ticket: "T-77",
  adapter: "anslut0",
  slice: { network: "10.77.0.0/20", address: "10.77.0.17", gateway: "10.77.0.1" },
  since: "2026-11-21T14:05:00.000Z",
  received: 1_234_567,
  sent: 340_000,
  roundTripMs: 41,
};

export const connection: Connection = {
  machine: "m17",
  name: "press-1",
  intent: "i1",
  networks: [behindStandIn, plain],
  status: { state: "connected", since: "2026-11-21T14:06:30.000Z", roundTripMs: 43 },
};

export const ready: Partial<AgentState> = {
  session: { state: "ready", endpoint, since: "2026-11-21T14:05:00.000Z" },
  identity,
  tunnel,
};

export const journal: readonly JournalEntry[] = [
  {
    kind: "connection",
    id: "c2",
    portal: "portal.example",
    account: "Maschinenbau Süd",
    user: "anna",
    machine: "press-1",
    endpoint: null,
    networks: [{ network: "192.168.0.0/24", standIn: "100.64.3.0/24" }],
    from: "2026-11-21T14:06:30.000Z",
    until: null,
    received: 1_234_567,
    sent: 3400,
    orderNumber: "A-4711",
    reason: "Störung 37",
    note: "",
    delivered: false,
    ended: null,
  },
  {
    kind: "tunnel",
    id: "t1",
    portal: "portal.example",
    account: "Maschinenbau Süd",
    user: "anna",
    machine: null,
    endpoint: "portal.example:443",
    networks: [],
    from: "2026-11-20T08:00:00.000Z",
    until: "2026-11-20T11:05:00.000Z",
    received: 5_000_000_000,
    sent: 12,
    orderNumber: "",
    reason: "",
    note: "",
    delivered: true,
    ended: "tunnelLost",
  },
];
