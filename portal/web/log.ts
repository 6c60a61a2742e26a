import type { Logger } from "pino";
import { pino } from "pino";

/** Fields that never reach the log, wherever in an object they are. */
const secretFields = [
  "password",
  "token",
  "deviceToken",
  "code",
  "secret",
  "privateKey",
  "clientKey",
  "accountKey",
  "ticketKey",
];
const redacted = secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

/** web's own log: JSON lines on stderr, secrets cut out. */
export function createLog(level: string): Logger {
  return pino(
    { level, base: { program: "web" }, redact: { paths: redacted, censor: "[redacted]" } },
    pino.destination(2),
  );
}
