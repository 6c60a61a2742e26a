import { writeFile } from "node:fs/promises";
import { CauseError } from "../../../contract/causes.ts";
import type { Context } from "../context.ts";
import { askFor } from "../context.ts";
import type { ExitCode } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";

export interface DiagnosticsOptions {
  readonly output?: string;
}

/** `anslut diagnostics [--output FILE]`: exactly what would go to support. */
export async function diagnostics(context: Context, options: DiagnosticsOptions): Promise<ExitCode> {
  const { screen, texts } = context;
  const client = await context.agent();
  const { name, text } = await askFor(context, client, { type: "diagnostics" }, "diagnostics");
  const path = options.output ?? "-";
  screen.result(path === "-" ? { name, text } : { name, path });
  if (path === "-") {
    screen.line(text.trimEnd());
    return exitCodes.ok;
  }
  await writeFile(path, text, { mode: 0o600 }).catch((error: Error) => {
    throw new CauseError("diskFault", error.message);
  });
  screen.line(texts.say("cli.diagnostics.written", { path }));
  return exitCodes.ok;
}
