import { expect, test } from "vitest";
import type { RouterOrders, RouterReport } from "../../contract/portal.ts";
import { HandClock } from "../testing/hand-clock.ts";
import { followOrders } from "./follow.ts";
import type { Neighbour } from "./neighbours.ts";

const plc = "192.168.0.10";
const orders: RouterOrders = { version: 1, watch: [`${plc}/32`], checks: [] };

/** A router that follows a portal whose answers a test gives. */
function bench() {
  const clock = new HandClock();
  const stop = new AbortController();
  let state: Neighbour["state"] = "answers";
  let portal: "there" | "away" = "there";
  const told: RouterReport[] = [];
  const asks: PromiseWithResolvers<RouterOrders>[] = [];
  const end = followOrders(
    {
      ask: () => {
        const asked = Promise.withResolvers<RouterOrders>();
        asks.push(asked);
        return asked.promise;
      },
      report: async (report) => {
        if (portal === "away") throw new Error("connection refused");
        told.push(report);
      },
      neighbours: { read: async () => [{ address: plc, state }], ask: async () => {} },
      served: [{ network: { base: 0xc0a80000, prefix: 24 }, standIn: null, sourceNat: false }],
      memory: new Map(),
      clock,
      random: () => 0.5,
    },
    stop.signal,
  );
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    clock,
    told,
    asks,
    settled,
    setState: (now: Neighbour["state"]) => {
      state = now;
    },
    setPortal: (now: "there" | "away") => {
      portal = now;
    },
    end: async () => {
      stop.abort();
      asks.at(-1)?.reject(new Error("over"));
      await end;
    },
  };
}

const sighted = (answers: boolean): RouterReport => ({ type: "sighted", devices: [{ address: plc, answers }] });

test("a PLC that falls silent while the portal is being started anew is told as soon as the portal is there", async () => {
  const { clock, told, asks, settled, setState, setPortal, end } = bench();
  asks[0]?.resolve(orders);
  await settled();
  expect(told).toEqual([sighted(true)]);
  setPortal("away");
  setState("silent");
  await clock.fire(3000);
  await settled();
  expect(told).toEqual([sighted(true)]);
  setPortal("there");
  await clock.fire(1000);
  await settled();
  expect(told).toEqual([sighted(true), sighted(false)]);
  await end();
});

test("a portal that was away is told anew what there is to know, though it changed no more", async () => {
  const { clock, told, asks, settled, end } = bench();
  asks[0]?.resolve(orders);
  await settled();
  asks[1]?.reject(new Error("connection reset"));
  await settled();
  await clock.fire(2000);
  await settled();
  asks[2]?.resolve({ ...orders, version: 2 });
  await settled();
  expect(told).toEqual([sighted(true), sighted(true)]);
  await end();
});
