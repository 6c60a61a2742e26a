import { expect, test } from "vitest";
import { closedWay } from "./closed-way.ts";

test("one port or proxy that leads nowhere is a closed way", () => {
  expect(closedWay({ check: "port", cause: "noWay" })).toBe("port");
  expect(closedWay({ check: "proxy", cause: "noWay" })).toBe("proxy");
});

test("the portal that no way leads to is more than that", () => {
  expect(closedWay({ check: "portal", cause: "noWay" })).toBeNull();
});

test("what says more than that a way is closed is said itself, and nothing of what is well", () => {
  expect(closedWay({ check: "proxy", cause: "proxyAuthRequired" })).toBeNull();
  expect(closedWay({ check: "port", cause: null })).toBeNull();
});
