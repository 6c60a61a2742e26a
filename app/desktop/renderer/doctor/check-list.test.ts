import { expect, test } from "vitest";
import { diagnosis } from "../testing/panel-scenes.ts";
import { checkLines, progressOf } from "./check-list.ts";
import { waysOf } from "./ways.ts";

const { checks } = diagnosis;

test("checks stand in the order of the way out, whenever they ended", () => {
  const lines = checkLines(checks, false).map(({ check }) => check);
  expect(lines).toEqual(["helper", "clock", "name", "port", "port", "port", "inspection", "portal", "tunnel"]);
});

test("what is still to come is shown only while it runs", () => {
  const first = checks.slice(0, 1);
  expect(checkLines(first, true).filter(({ state }) => state === "waiting")).toHaveLength(6);
  expect(checkLines(first, false)).toHaveLength(1);
});

test("progress goes from nothing to all, with the ports as one", () => {
  expect(progressOf([])).toBe(0);
  expect(progressOf(checks)).toBe(1);
});

test("the ways are read from what the agent calls them; a proxy setting that is wrong is no way", () => {
  const base = { outcome: "bad", cause: null, elapsedMs: 0, detail: "" } as const;
  expect(
    waysOf([
      { check: "port", subject: "portal.example:443", ...base },
      { check: "proxy", subject: "portal.example:443 via proxy.office:3128", ...base },
      { check: "proxy", subject: "manual", ...base },
      { check: "name", subject: "portal.example", ...base },
    ]),
  ).toEqual([
    { port: 443, proxy: null, outcome: "bad" },
    { port: 443, proxy: "proxy.office:3128", outcome: "bad" },
  ]);
});
