import { expect, test } from "vitest";
import { startHelper } from "./start-helper.ts";

const shell = (script: string) => startHelper("linux", ["/bin/sh", "-c", script]);

test("a service that starts is done", async () => {
  expect(await shell("exit 0")).toBe("done");
});

test.each([
  "Failed to start anslut-helper.service: Interactive authentication required.",
  "Error: Authentication dismissed.",
  "Failed to start anslut-helper.service: Access denied: not authorized",
])("a question of the system that somebody closed is no failure: %s", async (said) => {
  expect(await shell(`echo '${said}' >&2; exit 1`)).toBe("declined");
});

test("a service that is not there is told in the system's words", async () => {
  await expect(shell("echo 'Unit anslut-helper.service not found.' >&2; exit 5")).rejects.toMatchObject({
    cause: "helperMissing",
    detail: "Unit anslut-helper.service not found.",
  });
});

test("where there is no such program, or no such system, there is a sentence", async () => {
  await expect(startHelper("linux", ["/nowhere/systemctl", "start"])).rejects.toMatchObject({ cause: "helperMissing" });
  await expect(startHelper("aix")).rejects.toMatchObject({ cause: "helperMissing" });
});
