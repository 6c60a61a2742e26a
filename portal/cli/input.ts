import { isIP, isIPv4 } from "node:net";
import type { Readable } from "node:stream";
import { UsageError } from "./usage.ts";

const host = /^[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?$/;

/** A DNS name or an address. */
export function readHost(text: string): string {
  if (isIP(text) === 0 && (!host.test(text) || text.length > 253)) throw new UsageError("host", { text });
  return text;
}

export function readAddress(text: string): string {
  if (isIP(text) === 0) throw new UsageError("address", { text });
  return text;
}

/** `1194,443,80` */
export function readPortList(text: string): number[] {
  const ports = text.split(",").map((part) => readPort(part.trim()));
  if (new Set(ports).size !== ports.length || ports.length > 12) throw new UsageError("port", { text });
  return ports;
}

/** `102` or `5000-5010` */
export function readPortRange(text: string): [number, number] {
  const [first = "", last = first] = text.split("-");
  const range: [number, number] = [readPort(first), readPort(last)];
  if (range[0] > range[1] || text.split("-").length > 2) throw new UsageError("port", { text });
  return range;
}

/** Length of an account's slices (contract: 16 to 24). */
export function readSlicePrefix(text: string): number {
  const prefix = /^\d{2}$/.test(text) ? Number(text) : 0;
  if (prefix < 16 || prefix > 24) throw new UsageError("prefix", { text });
  return prefix;
}

/** An IPv4 address or network, as a grant names its destination. */
export function readDestination(text: string): string {
  if (!isIPv4(text.split("/")[0] ?? "")) throw new UsageError("address", { text });
  return text;
}

/** `2026-12-24`, which means its last moment where the portal stands, or `2026-12-24T16:00` or with a zone. */
export function readUntil(text: string, nowMs: number): number {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const full = day ? `${text}T23:59:59.999` : text;
  const ms = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(full) ? Date.parse(full) : Number.NaN;
  if (Number.isNaN(ms)) throw new UsageError("until", { text });
  if (ms <= nowMs) throw new UsageError("untilPast", { text });
  return ms;
}

/** One of a closed list of words. */
export function readWord<const Words extends readonly string[]>(words: Words) {
  return (text: string): Words[number] => {
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) throw new UsageError("word", { text, words: words.join(", ") });
    return word;
  };
}

/** The password on stdin: everything up to the end, without the line break that `echo` adds. */
export async function readPassword(stdin: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > 4096) throw new UsageError("passwordStdin");
    chunks.push(bytes);
  }
  const password = Buffer.concat(chunks)
    .toString("utf8")
    .replace(/\r?\n$/, "");
  if (password === "") throw new UsageError("passwordStdin");
  return password;
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new UsageError("port", { text });
  return port;
}
