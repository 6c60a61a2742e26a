import { CauseError } from "../../contract/causes.ts";
import { Stop } from "./failure.ts";

/** More than any secret and its code, far less than would hurt. */
const maxBytes = 65_536;

/**
 * Reads `count` lines of a pipe and no more, so that its writer may stay. Only the line's end is cut off: blanks belong to a secret.
 * Throws a {@link Stop} where there are fewer, or an empty one.
 */
export async function readLines(input: AsyncIterable<Uint8Array | string>, count: number): Promise<readonly string[]> {
  let bytes: Uint8Array = new Uint8Array(0);
  for await (const chunk of input) {
    bytes = Buffer.concat([bytes, typeof chunk === "string" ? Buffer.from(chunk) : chunk]);
    if (bytes.length > maxBytes) throw new CauseError("badRequest", `more than ${maxBytes} bytes on standard input`);
    if (bytes.reduce((lines, byte) => (byte === 0x0a ? lines + 1 : lines), 0) >= count) break;
  }
  const lines = decode(bytes)
    .split("\n")
    .map((line) => line.replace(/\r$/, ""))
    .slice(0, count);
  if (lines.length < count || lines.includes("")) throw new Stop("badRequest", "stdinShort", { count });
  return lines;
}

function decode(bytes: Uint8Array): string {
  try {
    // ignoreBOM keeps a byte order mark from being dropped silently; none belongs into a secret, but that is not ours to judge.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CauseError("badRequest", "standard input is not UTF-8");
  }
}
