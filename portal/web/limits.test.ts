import { describe, expect, it } from "vitest";
import { FailureLimit, limitKeyOf } from "./limits.ts";
import { TestClock } from "./testing/clock.ts";

const minuteMs = 60_000;

describe("a limit", () => {
  it("lets some failures pass, then waits longer each time, up to its longest wait", () => {
    const clock = new TestClock();
    const limit = new FailureLimit(clock, { free: 3, longestWaitMs: 15 * minuteMs });
    for (let count = 0; count < 2; count++) limit.failed("key");
    expect(limit.isBlocked("key")).toBe(false);
    for (const minutes of [1, 2, 4, 8, 15, 15]) {
      limit.failed("key");
      clock.pass(minutes * minuteMs - 1);
      expect(limit.isBlocked("key")).toBe(true);
      clock.pass(1);
      expect(limit.isBlocked("key")).toBe(false);
    }
    expect(limit.isBlocked("another")).toBe(false);
  });

  it("forgets after success, and after an hour", () => {
    const clock = new TestClock();
    const limit = new FailureLimit(clock, { free: 2, longestWaitMs: minuteMs });
    limit.failed("key");
    limit.succeeded("key");
    limit.failed("key");
    expect(limit.isBlocked("key")).toBe(false);
    clock.pass(61 * minuteMs);
    limit.failed("key");
    expect(limit.isBlocked("key")).toBe(false);
  });

  it.each([
    ["198.51.100.7", "198.51.100.7"],
    ["::ffff:198.51.100.7", "198.51.100.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:db8::5", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
  ])("counts %s as %s", (address, key) => expect(limitKeyOf(address)).toBe(key));
});
