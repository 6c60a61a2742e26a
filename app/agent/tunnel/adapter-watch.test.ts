import { expect, test } from "vitest";
import { endpoint, lost, tunnel } from "../../core/testing/models.ts";
import { HandClock } from "../../dial/testing/hand-clock.ts";
import { Store } from "../store.ts";
import { AdapterWatch } from "./adapter-watch.ts";

test("a cable that comes back is noticed while a lost tunnel is dialled anew, and at no other time", () => {
  const clock = new HandClock();
  const store = new Store(clock, () => 0);
  let addresses = new Set(["192.168.178.20"]);
  let found = 0;
  const watch = new AdapterWatch({ store, clock, onFound: () => found++, list: () => addresses });
  const turn = (next: Set<string>): void => {
    addresses = next;
    clock.turn(600);
  };

  store.dispatch({ type: "tunnelResumed", tunnel, endpoint });
  turn(new Set());
  turn(new Set(["192.168.178.20"]));
  expect(found).toBe(0);
  store.dispatch({ type: "tunnelClosed", failure: lost });
  turn(new Set());
  expect(found).toBe(0);
  turn(new Set(["192.168.178.20"]));
  expect(found).toBe(1);
  turn(new Set(["192.168.178.20"]));
  expect(found).toBe(1);
  watch.stop();
  turn(new Set(["10.0.0.7"]));
  expect(found).toBe(1);
});
