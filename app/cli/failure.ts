import type { Cause } from "../../contract/causes.ts";
import { CauseError, failureOf } from "../../contract/causes.ts";
import { printable } from "../face/printable.ts";
import type { ExitCode } from "./exit-codes.ts";
import { exitCodeOf } from "./exit-codes.ts";
import type { Screen } from "./screen.ts";
import { cut, wrapped } from "./table.ts";
import type { Known, TextKey, Texts, TextValues } from "./texts.ts";
import { causeTexts } from "./texts.ts";

/** Keys of sentences that say more than the cause's own, because the command line knows more. */
export type StopKey = TextKey extends infer Key
  ? Key extends `cli.stops.${infer Name}.headline`
    ? Name
    : never
  : never;

/** A failure with a sentence of the command line's own. The cause stays what scripts and exit codes go by. */
export class Stop extends CauseError {
  readonly key: StopKey;
  readonly values: TextValues;

  constructor(cause: Cause, key: StopKey, values: TextValues = {}, detail = "") {
    super(cause, detail);
    this.key = key;
    this.values = values;
  }
}

/** A failure in words, as `--json` prints it. */
export interface Explanation {
  readonly cause: Cause;
  readonly headline: string;
  readonly advice: string;
  readonly detail: string;
}

/** Puts a thrown value into words. */
export function explain(thrown: unknown, texts: Texts, known: Known = {}): Explanation {
  const { cause, detail } = failureOf(thrown);
  const words =
    thrown instanceof Stop
      ? {
          headline: texts.say(`cli.stops.${thrown.key}.headline`, thrown.values),
          advice: texts.say(`cli.stops.${thrown.key}.advice`, thrown.values),
        }
      : causeTexts(texts, cause, known);
  return { cause, headline: printable(words.headline), advice: printable(words.advice), detail: printable(detail) };
}

/** The command that helps most after a failure; commands are the same in every language. */
const nextSteps: Partial<Readonly<Record<Cause, string>>> = {
  signedOut: "anslut login",
  loginExpired: "anslut login",
  codeRefused: "anslut login",
  revoked: "anslut login",
  nameNotFound: "anslut doctor",
  noWay: "anslut doctor --page FILE",
  proxyForbids: "anslut doctor --page FILE",
  tlsInspected: "anslut doctor --page FILE",
  proxyUnreachable: "anslut proxy show",
  proxyAuthRequired: "anslut proxy show",
  proxyAuthRefused: "anslut proxy show",
  proxySettingInvalid: "anslut proxy show",
  certificateUntrusted: "anslut portal list",
  notAPortal: "anslut portal list",
  helperMissing: "anslut doctor",
  helperMismatch: "anslut quit",
  dialFirst: "anslut dial",
  tunnelLost: "anslut dial",
  tunnelReplaced: "anslut dial",
  ticketRefused: "anslut dial",
  openvpnDied: "anslut logs",
  adapterFailed: "anslut logs",
  internal: "anslut logs",
  echoSilent: "anslut doctor",
  machineUnknown: "anslut machines",
  networkUnknown: "anslut machines",
  rightsMissing: "anslut machines",
};

/** Tells the person or the script what went wrong, and returns the exit code for it. */
export function report(thrown: unknown, texts: Texts, screen: Screen, known: Known = {}): ExitCode {
  const error = explain(thrown, texts, known);
  screen.result({ error });
  screen.note(screen.noteStyled("bad", error.headline));
  for (const part of error.advice.split("\n")) {
    for (const line of wrapped(part, screen.width - 2)) screen.note(`  ${line}`);
  }
  const next = thrown instanceof Stop ? undefined : nextSteps[error.cause];
  if (next !== undefined) screen.note(`  ${texts.say("cli.next", { command: next })}`);
  const code = error.detail === "" ? error.cause : `${error.cause}: ${error.detail}`;
  // For support, and whole in the log and in JSON: two lines of it are enough here.
  screen.note(screen.noteStyled("dim", `  ${cut(`[${code}]`, 2 * screen.width - 4)}`));
  return exitCodeOf(error.cause);
}
