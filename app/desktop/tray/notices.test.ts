import { expect, test } from "vitest";
import type { AgentState, Connection, Session } from "../../../contract/state.ts";
import { restingState } from "../bridge/testing/fake-connection.ts";
import { noticesOf } from "./notices.ts";
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

const titles = (before: AgentState | undefined, after: AgentState) =>
  noticesOf(before, after, en).map(({ title }) => title);
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
  expect(titles(undefined, state(ready, connected))).toEqual([]);
});
