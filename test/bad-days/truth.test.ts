import { expect, test } from "vitest";
import type { Machine } from "../../contract/portal.ts";
import { initialPreferences } from "../../contract/preferences.ts";
import type { AgentState } from "../../contract/state.ts";
import type { PageView } from "./page.ts";
import { type Sight, type Told, untruths } from "./truth.ts";

// Who judges the others is judged here: each lie by itself is found.

const endpoint = { host: "portal.test", port: 443, proxy: null, wrapped: false };
const now = "2026-11-21T12:00:00.000Z";
const worker = { user: "anna", laptop: "laptop" };

function state(session: "ready" | "signedIn", status: "connected" | "silent" | "none"): AgentState {
  type Status = AgentState["connections"][number]["status"];
  const connected: Status = { state: "connected", since: now, roundTripMs: 1 };
  const silent: Status = { state: "silent", who: "router", devices: [], since: now };
  const connection = { machine: "m1", name: "press-1", intent: "i1", networks: [] };
  return {
    session: session === "ready" ? { state: "ready", endpoint, since: now } : { state: "signedIn" },
    identity: { portal: "portal.test", account: "acme", user: "anna" },
    tunnel: null,
    connections: status === "none" ? [] : [{ ...connection, status: status === "silent" ? silent : connected }],
    helper: "available",
    keyring: true,
    notice: null,
    preferences: initialPreferences,
    fixed: { preferences: [], portals: false, reason: "" },
  };
}

function page(online: boolean, present: readonly string[], more: Partial<PageView> = {}): PageView {
  const machine: Machine = {
    ...{ id: "m1", name: "press-1", customer: "", place: "", serial: null, lastSeen: null, networks: [] },
    ...{ online, present: [...present] },
  };
  const tunnel = { id: "t1", laptop: "laptop", since: now, address: "10.64.0.17" };
  const tunnels = present.length > 0 ? [tunnel] : [];
  return { signedOut: false, fresh: [machine], shown: [machine], tunnels, states: {}, ...more };
}

const working: Sight = {
  gateway: true,
  portal: true,
  machines: [{ name: "press-1", routed: true, answers: true, router: true }],
};
const resting: Sight = {
  gateway: false,
  portal: true,
  machines: [{ name: "press-1", routed: false, answers: false, router: true }],
};
const connected: Told = {
  cli: state("ready", "connected"),
  agent: state("ready", "connected"),
  colleague: page(true, ["anna"]),
  own: page(true, ["anna"], { states: { m1: "connected" } }),
};
const idle: Told = {
  cli: state("signedIn", "none"),
  agent: state("signedIn", "none"),
  colleague: page(true, []),
  own: page(true, []),
};

test("the truth is no lie", () => {
  expect(untruths(connected, working, worker)).toEqual([]);
  expect(untruths(idle, resting, worker)).toEqual([]);
  expect(untruths({ ...idle, cli: null, agent: null }, resting, worker)).toEqual([]);
  const away = page(true, [], { fresh: null, shown: null, tunnels: null });
  expect(untruths({ ...idle, colleague: away, own: away }, { ...resting, portal: false }, worker)).toEqual([]);
});

const [site] = working.machines;
const lies: readonly (readonly [string, Told, Sight])[] = [
  ["ready without an echo", connected, { ...working, gateway: false }],
  ["no tunnel, and an echo comes", idle, { ...resting, gateway: true }],
  ["connected, and the PLC is silent", connected, { ...working, machines: [{ ...site!, answers: false }] }],
  ["silent, and the PLC answers", { ...connected, cli: state("ready", "silent") }, working],
  ["the agent is behind what the command says", { ...connected, agent: state("ready", "none") }, working],
  ["connected without a route", connected, { ...working, machines: [{ ...site!, routed: false }] }],
  ["a route without a connection", idle, { ...resting, machines: [{ ...site!, answers: false }] }],
  ["there at the portal, and gone", { ...idle, colleague: page(true, ["anna"]) }, resting],
  ["not there at the portal, and connected", { ...connected, colleague: page(true, []) }, working],
  ["online, and the router is off", idle, { ...resting, machines: [{ ...resting.machines[0]!, router: false }] }],
  ["offline, and the router is on", { ...idle, colleague: page(false, []) }, resting],
  [
    "an open page behind a fresh one",
    { ...idle, colleague: { ...page(true, []), shown: page(false, []).shown } },
    resting,
  ],
  ["an open page without events", { ...idle, colleague: page(true, [], { shown: null }) }, resting],
  ["a portal that answers nobody, and is there", { ...idle, colleague: page(true, [], { fresh: null }) }, resting],
  [
    "a tunnel on the own page that is none",
    { ...idle, own: { ...page(true, []), tunnels: connected.own!.tunnels } },
    resting,
  ],
  ["another state on the own page", { ...connected, own: { ...connected.own!, states: { m1: "silent" } } }, working],
];

test.each(lies)("%s is found", (_, told, seen) => {
  expect(untruths(told, seen, worker)).not.toEqual([]);
});
