import { describe, expect, test } from "vitest";
import type { Failure } from "../../../../contract/causes.ts";
import type { Connection } from "../../../../contract/state.ts";
import { connection } from "../testing/scenes.ts";
import { afterChange, isTold } from "./after-change.ts";

const since = "2026-06-17T09:18:00.000Z";
const requested = connection(17, { state: "requested" });
const connected = connection(17, { state: "connected", since, roundTripMs: 41 });
const silent = connection(17, { state: "silent", who: "router", devices: [], since });
const overlapping = connection(17, {
  state: "overlapping",
  network: "192.168.1.0/24",
  local: "192.168.1.0/24",
  other: null,
  adapter: "eth0",
  needed: null,
});
const routeErrors = connection(17, {
  state: "routeErrors",
  since,
  failed: [{ network: "10.17.17.0/24", failure: { cause: "routeFailed", detail: "" } }],
});
const id = connected.machine;
const wish = { networks: null, orderNumber: "4711", reason: "", standIn: false };
const routerSilent: Failure = { cause: "routerSilent", detail: "" };

const kept = (failure: Failure | null = null) => ({
  drafts: new Map([[id, wish]]),
  used: new Map([[id, wish]]),
  failures: new Map(failure === null ? [] : [[id, failure]]),
  working: new Map(),
});

describe("what was typed", () => {
  test.each([connected, silent, routeErrors])("is used up once the connection is $status.state", (now: Connection) => {
    expect(afterChange(kept(), [requested], [now]).drafts?.size).toBe(0);
  });

  test("stays while the connection is only asked for, or cannot be made", () => {
    for (const now of [requested, overlapping]) expect(afterChange(kept(), [], [now]).drafts?.get(id)).toBe(wish);
  });

  test("while the connection stands already is not taken away by its next round trip", () => {
    const later = connection(17, { state: "connected", since, roundTripMs: 42 });
    expect(afterChange(kept(), [connected], [later]).drafts?.get(id)).toBe(wish);
  });
});

describe("what a connection was asked for with", () => {
  test("is kept while the agent lists it, and while it is asked for", () => {
    expect(afterChange(kept(), [], [silent]).used?.get(id)).toBe(wish);
    expect(afterChange({ ...kept(), working: new Map([[id, "connecting"]]) }, [], []).used?.get(id)).toBe(wish);
  });

  test("goes with it", () => {
    expect(afterChange(kept(), [silent], []).used?.size).toBe(0);
  });
});

describe("a failure", () => {
  test("is over once the connection stands", () => {
    const noMachine: Failure = { cause: "machineOffline", detail: "" };
    expect(afterChange(kept(noMachine), [requested], [connected]).failures?.size).toBe(0);
  });

  test("that the connection’s state said is over with that state", () => {
    const waiting = connection(17, { state: "waiting" });
    expect(afterChange(kept(routerSilent), [silent], [silent]).failures?.size).toBe(1);
    expect(afterChange(kept(routerSilent), [silent], [waiting]).failures?.size).toBe(0);
  });

  test("to end a connection stays while the connection does", () => {
    const later = connection(17, { state: "connected", since, roundTripMs: 42 });
    expect(afterChange(kept({ cause: "helperMissing", detail: "" }), [connected], [later]).failures?.size).toBe(1);
  });

  test("is not said beside a state that says it", () => {
    expect(isTold(routerSilent, silent.status)).toBe(true);
    expect(isTold(routerSilent, connected.status)).toBe(false);
    expect(isTold({ cause: "routeFailed", detail: "" }, routeErrors.status)).toBe(true);
    expect(isTold({ cause: "overlap", detail: "" }, overlapping.status)).toBe(true);
    expect(isTold({ cause: "standInRefused", detail: "" }, overlapping.status)).toBe(false);
    expect(isTold({ cause: "machineOffline", detail: "" }, undefined)).toBe(false);
  });
});

test("where nothing goes, the maps are the same, so that nobody draws anew", () => {
  const all = kept();
  expect(afterChange(all, [requested], [requested])).toEqual({
    drafts: all.drafts,
    failures: all.failures,
    used: all.used,
  });
  expect(afterChange(all, [requested], [requested]).drafts).toBe(all.drafts);
});
