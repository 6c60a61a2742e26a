/** What became of one target. */
export interface Report {
  readonly name: string;
  readonly trials: number;
  readonly seconds: number;
  /** What was found, and where the input is kept. */
  readonly finding: string | null;
}

export function lineOf({ name, trials, seconds, finding }: Report): string {
  const verdict = finding === null ? "no finding" : `FINDING ${finding}`;
  return `${name.padEnd(40)} ${trials.toLocaleString("en").padStart(13)} executions ${seconds.toFixed(0).padStart(4)} s  ${verdict}`;
}
