import type { ProblemKey } from "./catalogue.ts";

/** Exit codes of `anslut-router`. `notConnected` is what `status` answers, as `systemctl status` does. */
export const exitCodes = { done: 0, failed: 1, usage: 2, notConnected: 3 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Something that the person at this router must mend: a sentence of `resources/locales/router.*.json`. */
export class RouterProblem extends Error {
  override readonly name = "RouterProblem";
  readonly key: ProblemKey;
  readonly values: Readonly<Record<string, string>>;
  readonly exitCode: ExitCode;

  constructor(key: ProblemKey, values: Readonly<Record<string, string>> = {}, exitCode: ExitCode = exitCodes.failed) {
    super(key);
    this.key = key;
    this.values = values;
    this.exitCode = exitCode;
  }
}

/** A wrong way to call the program. */
export function misuse(key: ProblemKey, values: Readonly<Record<string, string>> = {}): RouterProblem {
  return new RouterProblem(key, values, exitCodes.usage);
}
