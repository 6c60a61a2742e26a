import { isIPv6 } from "node:net";
import { misuse } from "./problem.ts";

/** The command line, decoded: nothing behind this file sees text that was not judged. */
export type Command =
  | { readonly command: "help" }
  | EnrolCommand
  | { readonly command: "run" | "status"; readonly json: boolean }
  | { readonly command: "firewall"; readonly remove: boolean };

export interface EnrolCommand {
  readonly command: "enrol";
  readonly host: string;
  readonly port: number;
  readonly fingerprint: string;
  readonly serial: string;
  readonly lan: string | null;
  readonly wan: string | null;
  readonly replace: boolean;
}

/** Options by command; `value` ones take the next word (or what follows `=`). */
const options = {
  enrol: {
    "--portal": "value",
    "--fingerprint": "value",
    "--serial": "value",
    "--token-stdin": "flag",
    "--lan": "value",
    "--wan": "value",
    "--replace": "flag",
  },
  run: { "--json": "flag" },
  status: { "--json": "flag" },
  firewall: { "--remove": "flag" },
} as const satisfies Record<string, Record<string, "value" | "flag">>;

type Name = keyof typeof options;

/** Throws {@link misuse} with a sentence about the word that does not fit. */
export function parseArguments(words: readonly string[]): Command {
  const [command, ...rest] = words;
  if (command === undefined) throw misuse("commandMissing");
  if (words.includes("--help") || words.includes("-h") || command === "help") return { command: "help" };
  if (!isCommand(command)) throw misuse("commandUnknown", { name: shown(command) });
  const given = readOptions(command, rest);
  switch (command) {
    case "enrol":
      return enrolCommand(given);
    case "firewall":
      return { command, remove: given.has("--remove") };
    case "run":
    case "status":
      return { command, json: given.has("--json") };
  }
}

function isCommand(word: string): word is Name {
  return Object.hasOwn(options, word);
}

function readOptions(command: Name, words: readonly string[]): ReadonlyMap<string, string> {
  const known: Readonly<Record<string, "value" | "flag">> = options[command];
  const given = new Map<string, string>();
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith("-")) throw misuse("argumentSurplus", { name: shown(word) });
    const [name, inline] = splitOnce(word, "=");
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined) throw misuse("optionUnknown", { command, name: shown(name) });
    if (given.has(name)) throw misuse("optionTwice", { name });
    if (kind === "flag" && inline !== undefined) throw misuse("valueSurplus", { name });
    const value = kind === "flag" ? "" : (inline ?? rest.shift());
    if (value === undefined || (kind === "value" && value === "")) throw misuse("valueMissing", { name });
    given.set(name, value);
  }
  return given;
}

function enrolCommand(given: ReadonlyMap<string, string>): EnrolCommand {
  const required = (name: string): string => {
    const value = given.get(name);
    if (value === undefined) throw misuse("optionMissing", { command: "enrol", name });
    return value;
  };
  const address = parsePortal(required("--portal"));
  const fingerprint = parseFingerprint(required("--fingerprint"));
  const serial = parseSerial(required("--serial"));
  required("--token-stdin");
  return {
    command: "enrol",
    ...address,
    fingerprint,
    serial,
    lan: given.get("--lan") ?? null,
    wan: given.get("--wan") ?? null,
    replace: given.has("--replace"),
  };
}

const hostPattern = /^[0-9A-Za-z]([0-9A-Za-z.:_-]*[0-9A-Za-z])?$/;

/** `host`, `host:port`, `[2001:db8::1]:port`; port 443 where none is given. */
function parsePortal(text: string): { readonly host: string; readonly port: number } {
  const parts = /^(?:\[([^\]]+)\]|([^:]+))(?::([0-9]{1,5}))?$/.exec(text);
  const host = isIPv6(text) ? text : (parts?.[1] ?? parts?.[2] ?? "");
  const port = Number(isIPv6(text) ? 443 : (parts?.[3] ?? 443));
  const bracketed = parts?.[1] !== undefined;
  const good = hostPattern.test(host) && host.length <= 253 && port >= 1 && port <= 65_535;
  if (!good || (bracketed && !isIPv6(host))) throw misuse("portalBad", { name: shown(text) });
  return { host, port };
}

function parseFingerprint(text: string): string {
  const digits = text
    .replace(/^sha-?256[:=/]/i, "")
    .replaceAll(":", "")
    .toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digits)) throw misuse("fingerprintBad");
  return digits;
}

function parseSerial(text: string): string {
  if (text.length > 64 || text.trim() !== text || text === "") throw misuse("serialBad");
  return text;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

// A word that somebody mistyped may be a secret, and a terminal's control characters are no text.
function shown(word: string): string {
  const clean = word.replaceAll(/\p{C}/gu, "?");
  return clean.length > 40 ? `${clean.slice(0, 12)}…` : clean;
}
