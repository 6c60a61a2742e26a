import { expect, test } from "vitest";
import { readGoReport } from "./go-report.ts";

function lines(...events: readonly object[]): string {
  return events.map((event) => JSON.stringify(event)).join("\n");
}

test("counts leaves, so a group of three cases is three tests and not four", () => {
  const report = readGoReport(
    lines(
      { Action: "run", Package: "p", Test: "TestParse" },
      { Action: "pass", Package: "p", Test: "TestParse/empty" },
      { Action: "pass", Package: "p", Test: "TestParse/long" },
      { Action: "skip", Package: "p", Test: "TestParse/windows" },
      { Action: "pass", Package: "p", Test: "TestParse" },
      { Action: "pass", Package: "p", Test: "TestParseAll" },
      { Action: "pass", Package: "p" },
    ),
  );
  expect(report.count).toEqual({ passed: 3, failed: 0, skipped: 1 });
});

test("shows what a failed test printed, and not what the others did", () => {
  const report = readGoReport(
    lines(
      { Action: "output", Package: "p", Test: "TestA", Output: "got 1, want 2\n" },
      { Action: "output", Package: "p", Test: "TestB", Output: "fine\n" },
      { Action: "fail", Package: "p", Test: "TestA" },
      { Action: "pass", Package: "p", Test: "TestB" },
      { Action: "fail", Package: "p" },
    ),
  );
  expect(report.count).toEqual({ passed: 1, failed: 1, skipped: 0 });
  expect(report.failureText).toContain("got 1, want 2");
  expect(report.failureText).not.toContain("fine");
});

test("shows why a package does not compile", () => {
  const report = readGoReport(
    lines(
      { Action: "build-output", ImportPath: "p [p.test]", Output: "x.go:3: undefined: y\n" },
      { Action: "build-fail", ImportPath: "p [p.test]" },
      { Action: "fail", Package: "p", FailedBuild: "p [p.test]" },
    ),
  );
  expect(report.failureText).toContain("undefined: y");
});
