import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { endpoint, identity, intent, tunnel } from "../../core/testing/models.ts";
import type { EchoOptions } from "../../dial/echo.ts";
import { HandClock } from "../../dial/testing/hand-clock.ts";
import { Idle } from "../idle.ts";
import { Store } from "../store.ts";
import { EchoWatch } from "./echo-watch.ts";
import { Retry } from "./retry.ts";
import { SleepWatch } from "./sleep-watch.ts";

const settle = () => new Promise(setImmediate);

let clock: HandClock;
let store: Store;
beforeEach(() => {
  clock = new HandClock();
  store = new Store(clock, () => 0.5);
});

const up = () => {
  store.dispatch({ type: "signInSucceeded", identity });
  store.dispatch({ type: "tunnelResumed", tunnel, endpoint });
};

describe("the echo watch", () => {
  const asked: string[] = [];
  const silent = new Set<string>();
  let watch: EchoWatch;

  beforeEach(() => {
    asked.length = 0;
    silent.clear();
    const ask = async ({ address, from }: EchoOptions) => {
      asked.push(`${from} ${address}`);
      await settle();
      return silent.has(address) ? undefined : 40;
    };
    watch = new EchoWatch({ store, clock, ask });
  });
  afterEach(() => watch.stop());

  test("asks nobody while there is no tunnel", async () => {
    await settle();
    expect(asked).toEqual([]);
    expect(clock.waiting).toEqual([]);
  });

  test("asks the gateway at once, and then every 5 s", async () => {
    up();
    await settle();
    await settle();
    expect(asked).toEqual(["10.64.0.17 10.64.0.1"]);
    expect(store.view.session.state).toBe("ready");
    clock.turn(4999);
    await settle();
    expect(asked).toHaveLength(1);
    clock.turn(1);
    await settle();
    expect(asked).toHaveLength(2);
  });

  test("asks again at once after a miss, and knows of silence after three", async () => {
    up();
    await settle();
    await settle();
    silent.add("10.64.0.1");
    watch.probeTunnel();
    for (let turn = 0; turn < 6; turn++) await settle();
    expect(asked).toHaveLength(4);
    expect(store.view.session).toMatchObject({ state: "reconnecting", why: { cause: "echoSilent" } });
  });

  test("asks the router of each connection as long as it is open", async () => {
    up();
    store.dispatch({ type: "intentOpened", intent });
    await settle();
    expect(asked).toContain("10.64.0.17 10.64.8.1");
    store.dispatch({ type: "disconnectAsked", machine: null });
    asked.length = 0;
    clock.turn(5000);
    await settle();
    expect(asked).toEqual(["10.64.0.17 10.64.0.1"]);
  });

  test("keeps asking a router that is silent, and tells when it answers again", async () => {
    up();
    store.dispatch({ type: "intentOpened", intent });
    store.dispatch({
      type: "routesAnswered",
      routes: [{ network: "192.168.0.0/24", state: "set", cause: null, detail: "" }],
    });
    silent.add("10.64.8.1");
    for (let turn = 0; turn < 20; turn++) {
      clock.turn(5000);
      await settle();
    }
    expect(store.view.connections[0]?.status.state).toBe("silent");
    silent.clear();
    for (let turn = 0; turn < 6; turn++) {
      clock.turn(5000);
      await settle();
    }
    expect(store.view.connections[0]?.status.state).toBe("connected");
  });
});

describe("the sleep watch", () => {
  test("notices that nothing of us ran, and only while there is a tunnel to worry about", () => {
    const watch = new SleepWatch(store, clock);
    const woke: string[] = [];
    store.observe((_after, _before, { type }) => woke.push(...(type === "woke" ? [type] : [])));
    clock.sleep(600_000);
    clock.turn(1);
    expect(woke).toEqual([]);
    up();
    clock.turn(60_000);
    expect(woke).toEqual([]);
    clock.sleep(120_000);
    clock.turn(1);
    expect(woke).toEqual(["woke"]);
    clock.turn(60_000);
    expect(woke).toEqual(["woke"]);
    watch.stop();
    expect(clock.waiting).toEqual([]);
  });

  test("hears of a sleep from the system, and counts it once whoever is quicker", () => {
    const watch = new SleepWatch(store, clock);
    const heard: string[] = [];
    store.observe((_after, _before, { type }) => {
      if (type === "woke" || type === "dozed") heard.push(type);
    });
    up();
    watch.hint("suspend");
    clock.sleep(600_000);
    watch.hint("resume");
    clock.turn(6000);
    expect(heard).toEqual(["dozed", "woke"]);
    clock.turn(60_000);
    clock.sleep(600_000);
    clock.turn(6000);
    watch.hint("resume");
    expect(heard).toEqual(["dozed", "woke", "woke"]);
    clock.turn(2000);
    clock.sleep(15_000);
    clock.turn(6000);
    expect(heard).toHaveLength(4);
    watch.stop();
  });
});

test("a retry happens once, at its time, unless it is taken back", () => {
  const due: number[] = [];
  store.observe((_after, _before, { type }) => {
    if (type === "retryDue") due.push(clock.nowMs());
  });
  const start = clock.nowMs();
  const retry = new Retry(store, clock);
  retry.schedule(1000);
  retry.schedule(2000);
  clock.turn(5000);
  expect(due).toEqual([start + 2000]);
  retry.schedule(1000);
  retry.cancel();
  clock.turn(5000);
  expect(due).toHaveLength(1);
});

describe("an agent that nobody needs", () => {
  let ended: number[];
  let idle: Idle;
  beforeEach(() => {
    ended = [];
    idle = new Idle(store, clock, () => ended.push(clock.nowMs()));
  });
  afterEach(() => idle.stop());

  test("ends after a minute", () => {
    clock.turn(59_999);
    expect(ended).toEqual([]);
    clock.turn(1);
    expect(ended).toHaveLength(1);
  });

  test("stays as long as there is a face or a tunnel", () => {
    idle.faces(1);
    clock.turn(600_000);
    up();
    idle.faces(0);
    clock.turn(600_000);
    expect(ended).toEqual([]);
    store.dispatch({ type: "tunnelClosed", failure: { cause: "revoked", detail: "" } });
    clock.turn(30_000);
    idle.faces(1);
    idle.faces(0);
    clock.turn(59_000);
    expect(ended).toEqual([]);
    clock.turn(1000);
    expect(ended).toHaveLength(1);
  });
});
