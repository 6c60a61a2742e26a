import { expect, test } from "vitest";
import { bytesText, durationText, fingerprintText, rateText } from "./quantities.ts";

test("bytes are rounded to what one reads at a glance", () => {
  expect(bytesText(0, "en")).toBe("0 B");
  expect(bytesText(999, "en")).toBe("999 B");
  expect(bytesText(1_234_567, "de")).toBe("1,2 MB");
  expect(bytesText(18_400_000, "en")).toBe("18 MB");
  expect(bytesText(9e18, "en")).toMatch(/TB$/);
  expect(rateText(12.4, "en")).toBe("12 B/s");
  expect(rateText(160_000, "sv")).toBe("160 kB/s");
});

test.each([
  [0, "0 sec"],
  [44_600, "45 sec"],
  [12 * 60_000, "12 min"],
  [3 * 3_600_000, "3 hr"],
  [3 * 3_600_000 + 5 * 60_000, "3 hr 5 min"],
  [50 * 3_600_000, "2 days 2 hr"],
  [-5, "0 sec"],
])("%i ms are %s", (milliseconds, text) => {
  expect(durationText(milliseconds, "en")).toBe(text);
});

test("a fingerprint stands in groups of four", () => {
  expect(fingerprintText("ab12cd34")).toBe("AB12 CD34");
});
