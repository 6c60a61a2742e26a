import { expect, test } from "vitest";
import { RouterOrderBook } from "./router-orders.ts";
import { TestClock } from "./testing/clock.ts";

const wish = { address: "192.168.0.10", icmp: true, ports: [502] };
const sight = { arp: "answers" as const, icmp: "silent" as const, ports: [] };

test("a router that knows everything is answered when there is something new", async () => {
  const book = new RouterOrderBook(new TestClock());
  const { version } = await book.ask("m1", 0);
  const held = book.ask("m1", version);
  book.watch("m1", ["192.168.0.10/32"]);
  expect(await held).toEqual({ version: version + 1, watch: ["192.168.0.10/32"], checks: [] });
});

test("a check goes to its machine's router alone, and its answer back", async () => {
  const book = new RouterOrderBook(new TestClock());
  const asked = book.check("m1", wish);
  expect((await book.ask("m2", 0)).checks).toEqual([]);
  const { checks } = await book.ask("m1", 0);
  expect(checks).toMatchObject([wish]);
  const id = checks[0]?.id ?? "";
  book.take("m2", { type: "checked", check: id, sight });
  book.take("m1", { type: "checked", check: id, sight });
  expect(await asked).toEqual(sight);
  expect((await book.ask("m1", 0)).checks).toEqual([]);
});

test("a check that no router carries out ends by itself", async () => {
  const clock = new TestClock();
  const book = new RouterOrderBook(clock);
  const asked = book.check("m1", wish);
  clock.pass(10_000);
  expect(await asked).toBeNull();
});

test("nobody can heap up checks", async () => {
  const book = new RouterOrderBook(new TestClock());
  for (let count = 0; count < 16; count++) void book.check("m1", wish);
  await expect(book.check("m1", wish)).rejects.toThrow("tooManyAttempts");
});
