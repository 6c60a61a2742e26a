import { createInterface } from "node:readline";

/** Milliseconds since 1970, finer than Date.now: comparable between processes and with tcpdump. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

type Answer = (command: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** Answers each line of stdin, a JSON object, with one line on stdout; ends with stdin. */
export async function serve(answer: Answer): Promise<void> {
  process.stdout.write(`${JSON.stringify({ value: "ready" })}\n`);
  for await (const line of createInterface(process.stdin)) {
    const said = await answer(JSON.parse(line) as Readonly<Record<string, unknown>>).then(
      (value) => ({ value: value ?? null }),
      (error: unknown) => ({ error: error instanceof Error ? `${error.message} ${detailOf(error)}` : String(error) }),
    );
    process.stdout.write(`${JSON.stringify(said)}\n`);
  }
}

function detailOf(error: Error): string {
  return "detail" in error ? String(error.detail) : "";
}
