import { describe, expect, it } from "vitest";
import type { OwnConnection } from "./own-connections.ts";
import { withAnswer } from "./own-connections.ts";

const connected = { state: "connected", cause: null, roundTripMs: 43 } as const;
const routing = { state: "routing", cause: null, roundTripMs: null } as const;
const wish = { networks: ["192.168.0.0/24"], tunnel: "t1", orderNumber: "A-1", reason: "" };
const known = (more: Partial<OwnConnection> = {}): OwnConnection => ({
  ...{ intent: "i1", tunnel: null, state: routing, wish },
  ...more,
});
const told = { machine: "m1", intent: "i1", tunnel: "t1", state: connected };
const none: ReadonlySet<string> = new Set();

describe("the portal's answer about one's own connections", () => {
  it("brings those that began before the page was opened", () => {
    expect(withAnswer(new Map(), [told], none).get("m1")).toEqual({
      ...{ intent: "i1", tunnel: "t1", state: connected, wish: null },
    });
  });

  it("keeps what was asked for on this page, for the same connection alone", () => {
    expect(withAnswer(new Map([["m1", known()]]), [told], none).get("m1")?.wish).toEqual(wish);
    expect(withAnswer(new Map([["m1", known()]]), [{ ...told, intent: "i2" }], none).get("m1")?.wish).toBeNull();
  });

  it("takes away what is not open any more", () => {
    expect(withAnswer(new Map([["m1", known()]]), [], none).size).toBe(0);
  });

  it("says nothing of a machine of which something newer was heard", () => {
    const newer = new Set(["m1", "m2"]);
    const after = withAnswer(new Map([["m1", known()]]), [told, { ...told, machine: "m2" }], newer);
    expect([...after]).toEqual([["m1", known()]]);
  });

  it("shows the laptop that connected last, where there are several on one machine", () => {
    const after = withAnswer(new Map(), [told, { ...told, intent: "i2", tunnel: "t2" }], none);
    expect(after.get("m1")?.tunnel).toBe("t2");
  });
});
