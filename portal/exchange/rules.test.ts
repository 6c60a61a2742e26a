import { describe, expect, it } from "vitest";
import { sliceOf } from "./addresses.ts";
import { baseRules, emptySets, transition } from "./rules.ts";

const elements = (object: Readonly<Record<string, readonly string[]>>) =>
  new Map(Object.entries(object).map(([set, texts]) => [set, new Set(texts)]));

describe("the firewall's text", () => {
  const text = baseRules([sliceOf("10.77.0.0/20"), sliceOf("10.99.0.0/20")]);

  it("drops by default on every way", () => {
    for (const chain of ["guard", "input", "output", "forward"]) {
      expect(text).toMatch(new RegExp(`chain ${chain} \\{\\n[^}]*policy drop;`));
    }
  });

  it("maps the second slice on the primary, each half for its direction", () => {
    expect(text).toContain("dnat ip prefix to ip daddr map { 10.99.8.0/21 : 10.77.8.0/21 }");
    expect(text).toContain("snat ip prefix to ip saddr map { 10.99.0.0/21 : 10.77.0.0/21 }");
  });

  it("never trusts a flow because it was allowed once", () => {
    expect(text).not.toMatch(/ct state established,related accept\n[^}]*goto/);
    expect(text).toMatch(/chain toTechnicians \{\n\s+ct state new counter drop/);
  });

  it("names in one place the sets that it can empty", () => {
    const sets = [...text.matchAll(/set (\w+) \{/g)].map(([, name]) => name);
    expect([...emptySets.matchAll(/flush set \w+ anslut (\w+)/g)].map(([, name]) => name)).toEqual(sets);
  });
});

describe("a transition", () => {
  it("is nothing between equals", () => {
    expect(transition(elements({ a: ["1", "2"] }), elements({ a: ["2", "1"], b: [] }))).toBe("");
  });

  it("takes away first, then adds, and only what differs", () => {
    expect(transition(elements({ a: ["1", "2"], b: ["x"] }), elements({ a: ["2", "3"], c: ["y", "z"] }))).toBe(
      "delete element a { 1 }\ndelete element b { x }\nadd element a { 3 }\nadd element c { y, z }\n",
    );
  });
});
