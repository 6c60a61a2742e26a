import { expect, test } from "vitest";
import type { AgentState, Connection, Session } from "../../../contract/state.ts";
import { restingState } from "../bridge/testing/fake-connection.ts";
import { failedNotice, isTold, Notices } from "./notices.ts";
import { textsIn } from "./texts.ts";

const en = textsIn("en");
const since = "2026-11-21T08:00:00.000Z";
const ready: Session = {
  state: "ready",
  endpoint: { host: "portal.example", port: 443, proxy: null, wrapped: false },
  since,
};
const lost: Session = { state: "reconnecting", attempt: 1, at: since, why: { cause: "tunnelLost", detail: "" } };

function state(session: Session, ...statuses: readonly Connection["status"][]): AgentState {
  const connections = statuses.map((status, index) => ({
    machine: `m${index}`,
    name: `press-${index}`,
    intent: null,
    networks: [],
    status,
  }));
  return { ...restingState, session, connections };
}

/** What the last of these states was worth. */
function titles(...states: readonly AgentState[]): readonly string[] {
  const notices = new Notices();
  return states.map((shown) => notices.next(shown, en).map(({ title }) => title)).at(-1) ?? [];
}

const connected = { state: "connected", since, roundTripMs: 40 } as const;
const revoked = { state: "failed", failure: { cause: "revoked", detail: "" }, retryable: false } as const;

test("a machine that can be worked with now is told once", () => {
  expect(titles(state(ready, { state: "routing" }), state(ready, connected))).toEqual(["press-0 is connected."]);
  expect(titles(state(ready, connected), state(ready, { ...connected, roundTripMs: 50 }))).toEqual([]);
});

test("a tunnel that is lost is told, and that it stands again", () => {
  expect(titles(state(ready, connected), state(lost, connected))).toEqual(["The tunnel broke."]);
  expect(titles(state(lost), state({ ...lost, attempt: 2 }))).toEqual([]);
  expect(titles(state(lost, connected), state(ready, connected))).toEqual(["The tunnel stands again."]);
});

test("an access that the portal ended is told", () => {
  expect(titles(state(ready), state(revoked))).toEqual(["The portal has ended your access."]);
});

test("a machine that falls silent or is taken away is told", () => {
  const silent = { state: "silent" as const, who: "devices" as const, devices: ["192.168.0.10"], since };
  expect(titles(state(ready, connected), state(ready, silent))).toEqual(["press-0 does not answer any more."]);
  expect(titles(state(ready, connected), state(ready))).toEqual(["press-0 was disconnected."]);
});

test("what one does oneself is not told", () => {
  const closing = { state: "closing" } as const;
  expect(titles(state(ready, connected), state(ready, closing))).toEqual([]);
  expect(titles(state(ready, closing), state(ready))).toEqual([]);
  expect(titles(state(ready, connected), state({ state: "hangingUp", next: "signedIn" }))).toEqual([]);
  expect(titles(state({ state: "addressing", endpoint: ready.endpoint }), state(ready))).toEqual([]);
});

test("what stood before anybody looked is no news", () => {
  expect(titles(state(ready, connected))).toEqual([]);
});

test("a machine whose addresses the laptop has as well now is told, with what collides", () => {
  const overlapping = {
    ...{ state: "overlapping" as const, network: "192.168.0.0/24", local: "192.168.0.0/16" },
    ...{ other: null, adapter: "wlan0", needed: null },
  };
  const notices = new Notices();
  notices.next(state(ready, connected), en);
  expect(notices.next(state(ready, overlapping), en)).toEqual([
    {
      title: "press-0 has the same addresses as a network here.",
      body: "192.168.0.0/24 of the machine collides with wlan0. Anslut offers other addresses for it.",
      place: "machines",
      machine: "m0",
    },
  ]);
  expect(notices.next(state(ready, overlapping), en)).toEqual([]);
});

test("routes that cannot be set are told, with the networks that are missing", () => {
  const failure = { cause: "routeRefused", detail: "" } as const;
  const routeErrors = { state: "routeErrors" as const, since, failed: [{ network: "172.16.20.0/22", failure }] };
  const notices = new Notices();
  notices.next(state(ready, connected), en);
  expect(notices.next(state(ready, routeErrors), en)).toMatchObject([
    { title: "press-0 can be reached in part only.", body: "There is no way to 172.16.20.0/22. The rest works." },
  ]);
});

test("a connection that waits for the tunnel and comes back with it is silent: the session tells", () => {
  const waiting = { state: "waiting" } as const;
  const way = [
    state(ready, connected),
    state(lost, waiting),
    state({ state: "securing", endpoint: ready.endpoint }, waiting),
    state(ready, { state: "requested" }),
    state(ready, { state: "routing" }),
  ];
  expect(titles(...way.slice(0, 2))).toEqual(["The tunnel broke."]);
  expect(titles(...way.slice(0, 4))).toEqual(["The tunnel stands again."]);
  expect(titles(...way, state(ready, connected))).toEqual([]);
  // One that does not come back as it was is news.
  const silent = { state: "silent" as const, who: "router" as const, devices: [], since };
  expect(titles(...way, state(ready, silent))).toEqual(["press-0 does not answer any more."]);
  // And the next time is the next time.
  expect(titles(...way, state(ready, connected), state(ready), state(ready, connected))).toEqual([
    "press-0 is connected.",
  ]);
});

test("a failed wish leads to its machine, and is not told twice where the state tells it", () => {
  expect(failedNotice({ machine: "m0", name: "press-0" }, "machineOffline", en)).toMatchObject({ machine: "m0" });
  expect(isTold(state(ready, revoked), "m0")).toBe(true);
  expect(isTold(state(ready, connected), "m0")).toBe(false);
  expect(isTold(state(ready), "m0")).toBe(false);
});
