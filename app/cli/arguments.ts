import { isIPv4 } from "node:net";
import type { Decoder } from "../../contract/decoder.ts";
import { decoder } from "../../contract/decoder.ts";
import { Cidr, Host, Name, Port, text } from "../../contract/values.ts";
import type { StopKey } from "./failure.ts";
import { Stop } from "./failure.ts";

/** What people type after a command, checked before anything is asked of the agent. Each throws a {@link Stop} `badRequest`. */

const decodeName = decoder("name", Name);
const decodeCidr = decoder("network", Cidr);
const decodeHost = decoder("host", Host);
const decodePort = decoder("port", Port);

function checked(decode: Decoder<unknown>, value: unknown, key: StopKey, given: string): void {
  try {
    decode(value);
  } catch {
    throw new Stop("badRequest", key, { given });
  }
}

/** A machine, account or user. */
export function nameArgument(given: string): string {
  checked(decodeName, given, "badName", given);
  return given;
}

/** An IPv4 network as 192.168.0.0/24. */
export function cidrArgument(given: string): string {
  checked(decodeCidr, given, "badNetwork", given);
  return given;
}

/** A free text of at most `maxLength` characters. */
/** An IPv4 address. */
export function ipv4Argument(given: string): string {
  if (isIPv4(given)) return given;
  throw new Stop("badRequest", "badDevice", { given });
}

export function textArgument(given: string, maxLength: number): string {
  checked(decoder("text", text(maxLength)), given, "tooLong", `${given.slice(0, 30)}…`);
  return given;
}

/** A portal's name as the agent knows it. */
export function hostArgument(given: string): string {
  const host = given.trim().toLowerCase();
  checked(decodeHost, host, "badAddress", given);
  return host;
}

/** `host:port`, IPv6 as `[address]:port`. */
export function hostPortArgument(given: string): { readonly host: string; readonly port: number } {
  const [, bracketed, bare, digits] = /^(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(given.trim()) ?? [];
  const host = bracketed ?? bare;
  const port = Number(digits);
  checked(decodeHost, host, "badHostPort", given);
  checked(decodePort, port, "badHostPort", given);
  return { host: host ?? "", port };
}

/** A portal's address as people paste it: blanks around it, `https://`, a path behind it. */
export function addressArgument(given: string): string {
  const address = given
    .trim()
    .replace(/^https:\/\//i, "")
    .replace(/\/.*$/, "");
  const [, host, port] = /^(\[[0-9a-f:]+\]|[^:[\]]+|[0-9a-f:]+:[0-9a-f:]+)(?::(\d{1,5}))?$/i.exec(address) ?? [];
  checked(decodeHost, host?.replace(/[[\]]/g, ""), "badAddress", given);
  if (port !== undefined) checked(decodePort, Number(port), "badAddress", given);
  return address.toLowerCase();
}

/** A SHA-256 fingerprint in any spelling: colons or blanks between, capitals or not. Lower-case hex comes out. */
export function fingerprintArgument(given: string): string {
  const digits = given.replace(/^sha-?256[:=]?/i, "").replace(/[\s:]/g, "");
  if (!/^[0-9a-f]{64}$/i.test(digits)) throw new Stop("badRequest", "badFingerprint", { given });
  return digits.toLowerCase();
}

/** A whole number between two bounds. */
export function countArgument(given: string, maximum: number): number {
  const count = /^\d{1,9}$/.test(given) ? Number(given) : 0;
  if (count < 1 || count > maximum) throw new Stop("badRequest", "badCount", { given, maximum });
  return count;
}
