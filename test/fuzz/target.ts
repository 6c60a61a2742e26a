import type { Draw } from "./mutation.ts";

/** A parser of ours that reads what somebody else wrote. */
export interface Target {
  readonly name: string;
  /** Good inputs, and such as have bitten others. */
  readonly seeds: () => Promise<readonly Buffer[]> | readonly Buffer[];
  /** What the format is made of. */
  readonly words: readonly string[];
  /** Throws when the parser did what it never may. A refusal is no finding. */
  readonly check: (input: Buffer, draw: Draw) => void;
}

/** The parser did what it never may. */
export class Finding extends Error {
  override readonly name = "Finding";
}

/** Runs a parser. What it may throw gives undefined; anything else is a finding. */
export function attempt<Value>(
  parse: () => Value,
  may: new (...args: never[]) => Error,
): { readonly value: Value } | undefined {
  try {
    return { value: parse() };
  } catch (error) {
    if (error instanceof may) return undefined;
    throw new Finding(`throws ${String(error)}`, { cause: error });
  }
}

/** Cuts an input anywhere, as a socket may. */
export function pieces(input: Buffer, draw: Draw): readonly Buffer[] {
  const cuts = Array.from({ length: draw(6) }, () => draw(input.length + 1)).sort((left, right) => left - right);
  return [...cuts, input.length].map((cut, index) => input.subarray(cuts[index - 1] ?? 0, cut));
}

export function expectSame(left: unknown, right: unknown, what: string): void {
  const [one, other] = [JSON.stringify(left), JSON.stringify(right)];
  if (one !== other) throw new Finding(`${what}: ${one} and ${other}`);
}

export function expectHolds(holds: boolean, what: string): void {
  if (!holds) throw new Finding(what);
}
