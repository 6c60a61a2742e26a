import { describe, expect, test } from "vitest";
import { kept } from "../fuzz/corpus.ts";
import { drawFrom, mutate } from "../fuzz/mutation.ts";
import { targets } from "../fuzz/targets.ts";

// Attacker: whoever writes what our parsers read. `npm run fuzz` searches for long; here is what it found, and a short search.

describe.each(targets)("$name", (target) => {
  test("takes or refuses its seeds, what the fuzzer found, and 300 changes of them", async () => {
    const draw = drawFrom(62443);
    const pool = [...kept(target.name), ...(await target.seeds())];
    const changed = Array.from({ length: 300 }, () => mutate(pool, target.words, draw));
    for (const input of [...pool, ...changed]) expect(() => target.check(input, draw)).not.toThrow();
  });
});
