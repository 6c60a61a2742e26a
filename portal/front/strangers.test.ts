import { describe, expect, it } from "vitest";
import { Strangers } from "./strangers.ts";

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
