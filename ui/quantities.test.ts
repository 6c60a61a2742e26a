import { expect, test } from "vitest";
import { bytesText, durationText, fingerprintText, momentText, rateText } from "./quantities.ts";

test("bytes are rounded to what one reads at a glance", () => {
  expect(bytesText(18_400_000, "en")).toBe("18 MB");
  expect(bytesText(1_234_000, "de")).toBe("1,2 MB");
  expect(rateText(160_000, "sv")).toBe("160 kB/s");
});

test("a duration has its two largest units", () => {
  expect(durationText(45_000, "en")).toBe("45 secs");
  expect(durationText(3_600_000 * 3 + 300_000, "en")).toBe("3 hrs 5 mins");
  expect(durationText(86_400_000 * 2, "de")).toBe("2 Tg.");
});

test("a moment of today is a time, another one has its day", () => {
  const now = new Date(2026, 5, 17, 12).getTime();
  expect(momentText(new Date(2026, 5, 17, 9, 5).toISOString(), now, "en")).toBe("09:05");
  expect(momentText(new Date(2026, 5, 16, 9, 5).toISOString(), now, "en")).toBe("16 Jun, 09:05");
  expect(momentText(new Date(2025, 5, 16, 9, 5).toISOString(), now, "de")).toBe("16. Juni 2025, 09:05");
});

test("a fingerprint stands in groups of four", () => {
  expect(fingerprintText("ab12cd34")).toBe("AB12 CD34");
});
