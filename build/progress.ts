/** Seconds as people read them: `0.4 s`, `23 s`, `3 min 5 s`. */
export function formatDuration(durationMs: number): string {
  const seconds = durationMs / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Writes one line for the person at the terminal; stdout belongs to the program that is started (`--json`). */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
