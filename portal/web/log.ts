import type { DestinationStream, Logger } from "pino";
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
const paths = secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

/** web's own log: JSON lines on stderr, secrets cut out. */
export function createLog(level: string, destination: DestinationStream = pino.destination(2)): Logger {
  return pino({ level, base: { program: "web" }, redact: { paths, censor: "[redacted]" } }, destination);
}
