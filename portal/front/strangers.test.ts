import { describe, expect, it } from "vitest";
import { Crowd, Strangers } from "./strangers.ts";

describe("strangers", () => {
  it("lose their oldest when one address has too many, and no other address notices", () => {
    const strangers = new Strangers({ perAddress: 2, all: 100 });
    const closed: string[] = [];
    const add = (address: string, name: string) => strangers.add(address, () => closed.push(name));
    add("a", "a1");
    add("b", "b1");
    add("a", "a2");
    add("a", "a3");
    expect(closed).toEqual(["a1"]);
    expect(strangers.size).toBe(3);
  });

  it("lose their oldest when there are too many from everywhere", () => {
    const strangers = new Strangers({ perAddress: 2, all: 3 });
    const closed: string[] = [];
    for (const name of ["a", "b", "c", "d"]) strangers.add(name, () => closed.push(name));
    expect(closed).toEqual(["a"]);
  });

  it("are forgotten once known, and only once", () => {
    const strangers = new Strangers({ perAddress: 1, all: 10 });
    const closed: string[] = [];
    const known = strangers.add("a", () => closed.push("first"));
    known();
    known();
    strangers.add("a", () => closed.push("second"));
    expect(closed).toEqual([]);
    expect(strangers.size).toBe(1);
  });
});

describe("a crowd", () => {
  it("takes in as many as the limit says, and one more when one is gone", () => {
    const crowd = new Crowd(2);
    const leave = crowd.enter("a");
    crowd.enter("a");
    expect(crowd.enter("a")).toBeUndefined();
    expect(crowd.enter("b")).toBeDefined();
    leave?.();
    expect(crowd.enter("a")).toBeDefined();
  });
});
