import { describe, expect, test } from "vitest";
import type { AgentEvent } from "./events.ts";
import type { Model, Phase } from "./model.ts";
import { echoTargets, routedNetworks, viewOf } from "./model.ts";
import { reduce } from "./reducer.ts";
import {
  intent,
  lost,
  models,
  moment,
  network,
  now,
  openPhase,
  play,
  readyWith,
  tunnel,
  wish,
} from "./testing/models.ts";

const routing: Phase = { at: "open", routes: { "192.168.0.0/24": { state: "pending" } }, echo: { state: "unknown" } };
const overlap = { network: "192.168.0.0/24", local: "192.168.0.0/16", other: null, adapter: "eth0", needed: null };
const phases: Readonly<Record<string, Phase>> = {
  requested: { at: "requested" },
  routing,
  connected: openPhase,
  overlapping: { at: "overlapping", overlap },
  closing: { at: "closing" },
  failed: { at: "failed", failure: lost },
};
const set = { network: "192.168.0.0/24", state: "set", cause: null, detail: "" } as const;
const rights = { cause: "rightsMissing", detail: "" } as const;

const statusOf = (model: Model) => viewOf(model).connections[0]?.status.state ?? "gone";

/** Event → status by phase; a phase that is not named stays. */
const table: readonly { readonly event: AgentEvent; readonly becomes: Readonly<Record<string, string>> }[] = [
  {
    event: { type: "connectAsked", machine: "m1", name: "M-1", wish },
    becomes: Object.fromEntries(Object.keys(phases).map((phase) => [phase, "requested"])),
  },
  { event: { type: "intentOpened", intent }, becomes: { requested: "routing", failed: "routing" } },
  { event: { type: "intentOpened", intent: { ...intent, tunnel: "another" } }, becomes: {} },
  { event: { type: "connectionRestored", intent, wish }, becomes: { requested: "routing", failed: "routing" } },
  { event: { type: "connectFailed", machine: "m1", failure: rights }, becomes: { requested: "failed" } },
  { event: { type: "routesAnswered", routes: [set] }, becomes: {} },
  {
    event: { type: "routesFailed", networks: ["192.168.0.0/24"], failure: lost },
    becomes: { connected: "routeErrors" },
  },
  { event: { type: "routesLost", networks: ["192.168.0.0/24"] }, becomes: { connected: "routing" } },
  { event: { type: "routerAnswered", machine: "m1", roundTripMs: 3 }, becomes: {} },
  { event: { type: "routerSilent", machine: "m1" }, becomes: { connected: "silent" } },
  {
    event: { type: "intentEnded", intent: "i1", failure: null },
    becomes: { routing: "gone", connected: "gone", overlapping: "gone", closing: "gone" },
  },
  {
    event: { type: "intentEnded", intent: "i1", failure: rights },
    becomes: { routing: "failed", connected: "failed", overlapping: "failed", closing: "gone" },
  },
  { event: { type: "machineOnline", machine: "m1" }, becomes: {} },
  {
    event: { type: "disconnectAsked", machine: null },
    becomes: { requested: "closing", routing: "closing", connected: "closing", overlapping: "closing", failed: "gone" },
  },
  {
    event: { type: "disconnected", machine: "m1" },
    becomes: Object.fromEntries(Object.keys(phases).map((phase) => [phase, "gone"])),
  },
];

describe.each(table.map((row) => ({ ...row, name: JSON.stringify(row.event).slice(0, 90) })))(
  "$name",
  ({ event, becomes }) => {
    test.each(Object.keys(phases))("on a connection that is %s", (name) => {
      const before = readyWith(phases[name]!);
      const { state } = reduce(before, event, moment);
      expect(statusOf(state)).toBe(becomes[name] ?? statusOf(before));
    });
  },
);

describe("a connection", () => {
  test("is green after its routes stand and its router answered, in either order", () => {
    const asked = play(
      models.ready,
      { type: "connectAsked", machine: "m1", name: "M-1", wish },
      { type: "intentOpened", intent },
    );
    expect(asked.effects).toEqual([
      { type: "requestIntent", machine: "m1", wish },
      { type: "setRoutes", networks: ["192.168.0.0/24"] },
      { type: "reportIntent", intent: "i1", report: { state: "routing", cause: null, roundTripMs: null } },
    ]);
    const routes: AgentEvent = { type: "routesAnswered", routes: [set] };
    const echo: AgentEvent = { type: "routerAnswered", machine: "m1", roundTripMs: 41 };
    for (const order of [[routes, echo] as const, [echo, routes] as const]) {
      expect(statusOf(play(asked.state, order[0]).state)).toBe("routing");
      const green = play(asked.state, ...order);
      expect(viewOf(green.state).connections[0]?.status).toEqual({ state: "connected", since: now, roundTripMs: 41 });
      expect(green.effects).toEqual([
        { type: "reportIntent", intent: "i1", report: { state: "connected", cause: null, roundTripMs: 41 } },
      ]);
    }
  });

  test("is asked for by a page, too, and only in the tunnel it names", () => {
    const { state } = play(models.ready, { type: "intentOpened", intent });
    expect(viewOf(state).connections).toMatchObject([
      { machine: "m1", name: "M-1", intent: "i1", networks: [network] },
    ]);
    expect(state.connections[0]?.wish.networks).toEqual(["192.168.0.0/24"]);
    expect(play(models.signedIn, { type: "intentOpened", intent }).state).toBe(models.signedIn);
  });

  test("that a page opened has the order and reason that were written there, also after a reconnect", () => {
    const written = { ...intent, orderNumber: "A-4711", reason: "Servo F7" };
    const wished = { networks: ["192.168.0.0/24"], orderNumber: "A-4711", reason: "Servo F7" };
    const { state } = play(models.ready, { type: "intentOpened", intent: written });
    expect(state.connections[0]?.wish).toEqual(wished);
    const lostTunnel = play(state, { type: "tunnelClosed", failure: lost });
    expect(lostTunnel.state.connections[0]?.wish).toEqual(wished);
    // What failed before under another order is no reason to keep that one.
    const failed = readyWith({ at: "failed", failure: rights });
    expect(play(failed, { type: "intentOpened", intent: written }).state.connections[0]?.wish).toEqual(wished);
  });

  test("that is renewed keeps its order, and takes another that was written since", () => {
    const renewed = play(readyWith(openPhase), { type: "intentOpened", intent: { ...intent, networks: [] } });
    expect(renewed.state.connections[0]?.wish).toEqual(wish);
    const reworded = play(readyWith(openPhase), { type: "intentOpened", intent: { ...intent, orderNumber: "A-2" } });
    expect(reworded.state.connections[0]?.wish).toEqual({ ...wish, orderNumber: "A-2" });
    expect(reworded.effects).toEqual([]);
  });

  test("that is asked for here keeps the networks that were wished, not only those that there are now", () => {
    const asked = play(models.ready, { type: "connectAsked", machine: "m1", name: "M-1", wish });
    expect(play(asked.state, { type: "intentOpened", intent }).state.connections[0]?.wish).toEqual(wish);
  });

  test("opened by our request and by the portal's event is opened once", () => {
    const { effects } = play(readyWith(openPhase), { type: "intentOpened", intent });
    expect(effects).toEqual([]);
  });

  test("whose networks change at the portal routes the new ones, and keeps its echo", () => {
    const standIn = { ...intent, networks: [{ ...network, standIn: "100.64.3.0/24" }] };
    const changed = play(readyWith(openPhase), { type: "intentOpened", intent: standIn });
    expect(changed.effects).toMatchObject([
      { type: "setRoutes", networks: ["100.64.3.0/24"] },
      { type: "reportIntent" },
    ]);
    const set = { network: "100.64.3.0/24", state: "set", cause: null, detail: "" } as const;
    expect(statusOf(play(changed.state, { type: "routesAnswered", routes: [set] }).state)).toBe("connected");
  });

  test("with some routes that fail says which, and the rest works", () => {
    const two = { ...intent, networks: [network, { network: "10.9.0.0/16", standIn: null, only: null }] };
    const failed = { network: "10.9.0.0/16", state: "refused", cause: "routeRefused", detail: "policy" } as const;
    const { state } = play(
      models.ready,
      { type: "intentOpened", intent: two },
      { type: "routesAnswered", routes: [failed, set] },
      { type: "routerAnswered", machine: "m1", roundTripMs: 41 },
    );
    expect(viewOf(state).connections[0]?.status).toEqual({
      state: "routeErrors",
      since: now,
      failed: [{ network: "10.9.0.0/16", failure: { cause: "routeRefused", detail: "policy" } }],
    });
  });

  test("whose router falls silent says so, keeps since when, and is green again with the next echo", () => {
    const silent = play(readyWith(openPhase), { type: "routerSilent", machine: "m1" });
    expect(viewOf(silent.state).connections[0]?.status).toEqual({
      state: "silent",
      who: "router",
      devices: [],
      since: now,
    });
    expect(silent.effects).toMatchObject([
      { type: "reportIntent", report: { state: "silent", cause: "routerSilent" } },
    ]);
    expect(statusOf(play(silent.state, { type: "routerAnswered", machine: "m1", roundTripMs: 2 }).state)).toBe(
      "connected",
    );
  });

  test("with devices that do not answer their router names them, keeps since when, and is green again when they do", () => {
    const sighted = (silent: readonly string[]): AgentEvent => ({ type: "devicesSighted", intent: "i1", silent });
    const silent = play(readyWith(openPhase), sighted(["192.168.0.10"]));
    const status = { state: "silent", who: "devices", devices: ["192.168.0.10"], since: now };
    expect(viewOf(silent.state).connections[0]?.status).toEqual(status);
    expect(silent.effects).toMatchObject([
      { type: "reportIntent", report: { state: "silent", cause: "devicesSilent" } },
    ]);
    expect(statusOf(play(silent.state, sighted([])).state)).toBe("connected");
    expect(
      statusOf(play(readyWith(openPhase), { ...sighted(["192.168.0.10"]), intent: "i2" } as AgentEvent).state),
    ).toBe("connected");
  });

  test("is routed by its stand-in prefix where it has one", () => {
    const standIn = { ...intent, networks: [{ ...network, standIn: "100.64.3.0/24" }] };
    const { effects } = play(models.ready, { type: "intentOpened", intent: standIn });
    expect(effects).toContainEqual({ type: "setRoutes", networks: ["100.64.3.0/24"] });
  });

  test("that ends takes its routes away", () => {
    const { effects } = play(readyWith(openPhase), { type: "intentEnded", intent: "i1", failure: rights });
    expect(effects).toEqual([{ type: "setRoutes", networks: [] }]);
  });

  test("that is disconnected loses its routes before the portal has answered", () => {
    const { effects } = play(readyWith(openPhase), { type: "disconnectAsked", machine: "m1" });
    expect(effects).toEqual([
      { type: "closeIntent", machine: "m1", intent: "i1" },
      { type: "setRoutes", networks: [] },
    ]);
  });

  test("that ended because its router was away is taken up when it is back", () => {
    const away = readyWith({ at: "failed", failure: { cause: "machineOffline", detail: "" } });
    const back = play(away, { type: "machineOnline", machine: "m1" });
    expect(back.effects).toEqual([{ type: "requestIntent", machine: "m1", wish }]);
    expect(statusOf(back.state)).toBe("requested");
  });

  test("that the portal ended because it saw the tunnel die first (after sleep) comes back with the next tunnel", () => {
    const failure = { cause: "tunnelLost", detail: "" } as const;
    const { state } = play(
      readyWith(openPhase),
      { type: "intentEnded", intent: "i1", failure },
      { type: "tunnelClosed", failure },
    );
    expect(statusOf(state)).toBe("waiting");
  });

  test("whose routes vanished gets them again", () => {
    const { effects } = play(readyWith(openPhase), { type: "routesLost", networks: ["192.168.0.0/24"] });
    expect(effects).toMatchObject([{ type: "setRoutes", networks: ["192.168.0.0/24"] }, { type: "reportIntent" }]);
  });
});

describe("networks that collide", () => {
  const local = { network: "192.168.0.0/16", machine: null, adapter: "eth0" };

  test("are named before anything is asked of the helper", () => {
    const { state, effects } = play({ ...models.ready, occupants: [local] }, { type: "intentOpened", intent });
    expect(viewOf(state).connections[0]?.status).toEqual({ state: "overlapping", ...overlap });
    expect(effects).toEqual([
      { type: "reportIntent", intent: "i1", report: { state: "overlapping", cause: "overlap", roundTripMs: null } },
    ]);
  });

  test("are found when the laptop moves into one, and forgotten when it moves on", () => {
    const moved = play(readyWith(openPhase), { type: "occupantsChanged", occupants: [local] });
    expect(statusOf(moved.state)).toBe("overlapping");
    expect(moved.effects).toContainEqual({ type: "setRoutes", networks: [] });
    const onward = play(moved.state, { type: "occupantsChanged", occupants: [] });
    expect(statusOf(onward.state)).toBe("routing");
    expect(onward.effects).toContainEqual({ type: "setRoutes", networks: ["192.168.0.0/24"] });
  });

  test("name the other machine", () => {
    const second = { ...intent, id: "i2", machine: "m2", machineName: "M-2" };
    const { state } = play(readyWith(openPhase), { type: "intentOpened", intent: second });
    expect(viewOf(state).connections[1]?.status).toMatchObject({ state: "overlapping", other: "M-1", adapter: null });
    expect(routedNetworks(state)).toEqual(["192.168.0.0/24"]);
  });
});

describe("who is asked for an echo", () => {
  test("the gateway, and each open connection's router in the tunnel's slice", () => {
    expect(echoTargets(readyWith(openPhase))).toEqual({
      from: "10.64.0.17",
      gateway: "10.64.0.1",
      routers: { m1: "10.64.8.1" },
    });
    const slice = { network: "10.80.0.0/20", address: "10.80.0.17", gateway: "10.80.0.1" };
    const second = { ...readyWith(openPhase), tunnel: { ...tunnel, slice } };
    expect(echoTargets(second).routers).toEqual({ m1: "10.80.8.1" });
    expect(echoTargets(models.signedIn)).toEqual({ from: null, gateway: null, routers: {} });
    expect(echoTargets(readyWith({ at: "closing" })).routers).toEqual({});
  });
});
