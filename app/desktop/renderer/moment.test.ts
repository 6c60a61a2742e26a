import { expect, test } from "vitest";
import { momentText } from "./moment.ts";

test("a moment of today is a time, another one has its day", () => {
  const now = new Date(2026, 5, 17, 12).getTime();
  expect(momentText(new Date(2026, 5, 17, 9, 5).toISOString(), now, "en")).toBe("09:05");
  expect(momentText(new Date(2026, 5, 16, 9, 5).toISOString(), now, "en")).toBe("16 Jun, 09:05");
  expect(momentText(new Date(2025, 5, 16, 9, 5).toISOString(), now, "de")).toBe("16. Juni 2025, 09:05");
});
