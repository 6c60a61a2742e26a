import { describe, expect, test } from "vitest";
import { Retry } from "./retry.ts";

describe("the next attempt", () => {
  test("is at once after a tunnel that stood, and from there on the curve again", () => {
    const retry = new Retry(() => 0.5);
    const delays = [0, 0, 0, 60_000, 0].map((stoodMs) => retry.nextMs("tunnelLost", stoodMs));
    expect(delays).toEqual([0, 1000, 2000, 0, 1000]);
  });

  test("is on the curve after tunnels that break off again and again: no storm", () => {
    const retry = new Retry(() => 0.5);
    const delays = [10, 10, 10, 10].map((stoodMs) => retry.nextMs("tunnelLost", stoodMs));
    expect(delays).toEqual([0, 1000, 2000, 5000]);
  });

  test("differs from router to router by a fifth either way", () => {
    const at = (random: number) => {
      const retry = new Retry(() => random);
      return [0, 0, 0, 0, 0, 0, 0].map(() => retry.nextMs("noWay", 0)).at(-1);
    };
    expect([at(0), at(0.999999)]).toEqual([24_000, 36_000]);
  });

  test.each(["credentialsRefused", "tooManyAttempts"] as const)("is a minute off after %s", (cause) => {
    expect(new Retry(() => 0.5).nextMs(cause, 0)).toBe(60_000);
  });
});
