import { describe, expect, it } from "vitest";
import { ago, amount, countdown, duration, regionOf } from "./moments.ts";

const now = Date.parse("2026-11-21T12:00:00.000Z");
const at = (ms: number) => new Date(now + ms).toISOString();
/** Intl writes narrow and unbreakable blanks, which differ by version. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("times and amounts in words", () => {
  it.each([
    [0, "now"],
    [59_000, "now"],
    [60_000, "1 minute ago"],
    [3 * 3_600_000, "3 hours ago"],
    [86_400_000, "yesterday"],
    [40 * 86_400_000, "last month"],
    [800 * 86_400_000, "2 years ago"],
    [-5000, "now"],
  ])("%d ms ago is %s", (ms, text) => expect(ago(at(-ms), now, "en")).toBe(text));

  it.each([
    [12_000, "12 sec"],
    [42 * 60_000, "42 min"],
    [65 * 60_000, "1 hr 5 min"],
    [-1, "0 sec"],
  ])("%d ms last %s", (ms, text) => expect(duration(ms, "en")).toBe(text));

  it.each([
    [0, "0 Byte"],
    [999, "999 Byte"],
    [1000, "1 kB"],
    [12_345_678, "12,3 MB"],
    [456_789_000, "457 MB"],
    [2 ** 53, "9.007 TB"],
  ])("%d bytes are %s", (bytes, text) => expect(plain(amount(bytes, "de"))).toBe(text));

  it("what is left is counted down to nothing", () => {
    expect(countdown(at(252_000), now)).toBe("4:12");
    expect(countdown(at(-1), now)).toBe("0:00");
  });

  it("dates are written as in the person's region", () => {
    expect(regionOf("en", ["sv-SE", "en-GB", "en"])).toBe("en-GB");
    expect(regionOf("de", ["sv-SE", "en-GB"])).toBe("de");
  });
});
