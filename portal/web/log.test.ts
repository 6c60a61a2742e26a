import { expect, it } from "vitest";
import { createLog } from "./log.ts";

it("the log holds no secret, however deep it was handed over", () => {
  const lines: string[] = [];
  const log = createLog("info", { write: (line) => lines.push(line) });
  const secrets = {
    password: "hunter2",
    token: "hunter2",
    code: "hunter2",
    privateKey: "hunter2",
    ticketKey: "hunter2",
  };
  log.info(secrets, "flat");
  log.info({ body: secrets }, "one deep");
  log.info({ request: { body: secrets } }, "two deep");
  expect(lines).toHaveLength(3);
  expect(lines.join("")).not.toContain("hunter2");
  expect(lines.join("")).toContain("[redacted]");
});
