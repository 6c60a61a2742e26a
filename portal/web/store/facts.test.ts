import { expect, it } from "vitest";
import { TestClock } from "../testing/clock.ts";
import { Facts } from "./facts.ts";

/** As Node's SQLite says that the disk is full. */
const full = () => Object.assign(new Error("database or disk is full"), { code: "ERR_SQLITE_ERROR", errcode: 13 });

it("what a full disk does not take is written in its order when there is room", async () => {
  const clock = new TestClock();
  const facts = new Facts(clock);
  const written: number[] = [];
  let room = false;
  const write = (what: number) => async () => {
    if (!room) throw full();
    written.push(what);
  };
  await facts.record(write(1));
  room = true;
  await facts.record(write(2)); // behind the first, though there would be room
  expect(written).toEqual([]);
  room = false;
  clock.pass(2000);
  await facts.record(write(3));
  expect(written).toEqual([]);
  room = true;
  clock.pass(2000);
  await facts.record(write(4));
  expect(written).toEqual([1, 2, 3, 4]);
});

it("another fault is whose it is, and keeps nobody waiting", async () => {
  const facts = new Facts(new TestClock());
  const wrong = async () => {
    throw new Error("no such table");
  };
  await expect(facts.record(wrong)).rejects.toThrow("no such table");
  const written: string[] = [];
  await facts.record(async () => void written.push("next"));
  expect(written).toEqual(["next"]);
});
