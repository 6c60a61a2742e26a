import { expect, test } from "vitest";
import type { Connection } from "../../../../contract/state.ts";
import { machine } from "../testing/machines.ts";
import { connection } from "../testing/scenes.ts";
import { isHeld, outlookOf } from "./outlook.ts";

const known = { isKnown: true, believed: true };
const since = "2026-06-17T09:00:00.000Z";

test("a machine without a connection is told by the portal's word, and not where that is old", () => {
  const away = { ...machine(2), online: false };
  expect(outlookOf({ ...machine(1), online: true, present: [] }, undefined, known)).toBe("online");
  expect(outlookOf({ ...machine(1), online: true, present: ["a"] }, undefined, known)).toBe("present");
  expect(outlookOf({ ...away, lastSeen: null }, undefined, known)).toBe("offline");
  expect(outlookOf({ ...away, lastSeen: since }, undefined, known)).toBe("offlineSince");
  expect(outlookOf(machine(1), undefined, { ...known, isKnown: false })).toBe("unknown");
});

test("a connection is not called connected while the tunnel or the agent is away", () => {
  const connected = connection(1, { state: "connected", since, roundTripMs: 1 });
  expect(outlookOf(machine(1), connected, known)).toBe("connected");
  expect(outlookOf(machine(1), connection(1, { state: "waiting" }), known)).toBe("waiting");
  expect(outlookOf(machine(1), connected, { ...known, believed: false })).toBe("unknown");
});

test("what did not come to be is connected anew, the rest is disconnected", () => {
  const held = (status: Connection["status"]): boolean => isHeld(connection(1, status));
  expect(held({ state: "requested" })).toBe(true);
  expect(held({ state: "silent", who: "router", devices: [], since })).toBe(true);
  expect(held({ state: "failed", failure: { cause: "machineOffline", detail: "" } })).toBe(false);
  expect(isHeld(undefined)).toBe(false);
});
