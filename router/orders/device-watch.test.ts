import { expect, test } from "vitest";
import { HandClock } from "../testing/hand-clock.ts";
import { DeviceWatch, type Sighted } from "./device-watch.ts";
import type { Neighbour } from "./neighbours.ts";

const plc = "192.168.0.10";

/** A watch over neighbours that a test sets, whose rounds it runs by hand. */
function bench() {
  const clock = new HandClock();
  let states: Readonly<Record<string, Neighbour["state"]>> = {};
  const asked: (readonly string[])[] = [];
  const told: (readonly Sighted[])[] = [];
  const memory = new Map<string, number>();
  const watch = new DeviceWatch({
    neighbours: {
      read: async () => Object.entries(states).map(([address, state]) => ({ address, state })),
      ask: async (addresses) => void asked.push(addresses),
    },
    clock,
    memory,
    onChange: (devices) => told.push(devices),
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const round = async (now: typeof states): Promise<void> => {
    states = now;
    await clock.fire(3000);
    await settled();
  };
  return { watch, clock, asked, told, memory, round, settled };
}

test("a device that a right names is watched from the start, and told when the kernel knows", async () => {
  const { watch, asked, told, round, settled } = bench();
  watch.watch([`${plc}/32`]);
  await settled();
  expect(asked).toEqual([[plc]]);
  expect(told).toEqual([]);
  await round({ [plc]: "unknown" });
  await round({ [plc]: "silent" });
  await round({ [plc]: "silent" });
  await round({ [plc]: "answers" });
  expect(told).toEqual([[{ address: plc, answers: false }], [{ address: plc, answers: true }]]);
});

test("of a network only what has answered is watched, for an hour", async () => {
  const { watch, clock, asked, told, round, settled } = bench();
  watch.watch(["192.168.0.0/24"]);
  await settled();
  expect(asked).toEqual([[]]);
  await round({ [plc]: "answers", "192.168.0.77": "silent", "10.1.0.1": "answers" });
  expect(told).toEqual([[], [{ address: plc, answers: true }]]);
  await round({ [plc]: "silent" });
  expect(told.at(-1)).toEqual([{ address: plc, answers: false }]);
  clock.pass(3_600_000);
  await round({ [plc]: "silent" });
  expect(told.at(-1)).toEqual([]);
});

test("when nobody wants a device nothing is asked on its network", async () => {
  const { watch, clock, asked, settled } = bench();
  watch.watch([`${plc}/32`]);
  await settled();
  watch.watch([]);
  clock.after(3000, () => undefined); // the only one that waits now
  await clock.fire(3000);
  await settled();
  expect(asked).toEqual([[plc]]);
});
