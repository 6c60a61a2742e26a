import type { TextValues } from "./texts.ts";

/** The command line cannot be understood: exit code 2, with the sentence `usage.<key>`. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly key: string;
  readonly values: TextValues;

  constructor(key: string, values: TextValues = {}) {
    super(key);
    this.key = key;
    this.values = values;
  }
}
