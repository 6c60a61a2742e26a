import { describe, expect, it } from "vitest";
import { Lane } from "./lane.ts";

describe("a lane", () => {
  it("runs no more than its width at a time, in order, whether they fail or not", async () => {
    const lane = new Lane(2);
    const started: number[] = [];
    let running = 0;
    let most = 0;
    const work = (number: number) =>
      lane.run(async () => {
        started.push(number);
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        if (number === 1) throw new Error("one fails");
        return number;
      });
    const results = await Promise.allSettled([0, 1, 2, 3, 4].map(work));
    expect(most).toBe(2);
    expect(started).toEqual([0, 1, 2, 3, 4]);
    expect(results.map((result) => result.status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
      "fulfilled",
    ]);
  });
});
