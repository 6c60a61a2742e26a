import { CauseError } from "../../../contract/causes.ts";
import { countArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { askFor } from "../context.ts";
import type { ExitCode } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";

export interface LogsOptions {
  readonly lines?: string;
}

/** `anslut logs`: the last lines of the agent's log, secrets already taken out by the agent. */
export async function logs(context: Context, options: LogsOptions): Promise<ExitCode> {
  const lines = countArgument(options.lines ?? "100", 2000);
  const client = await context.agent();
  const result = await askFor(context, client, { type: "logs", lines }, "logs");
  context.screen.result({ lines: result.lines });
  for (const line of result.lines) context.screen.line(line);
  return exitCodes.ok;
}

/** `anslut quit`: ends the agent and with it the tunnel; does not start one to do so. */
export async function quit(context: Context): Promise<ExitCode> {
  const client = await context.runningAgent("quit");
  if (client !== undefined) {
    // It may be gone before its answer is out; that is what was asked for.
    await client.request({ type: "quit" }).catch((error: unknown) => {
      if (!(error instanceof CauseError) || error.cause !== "agentMissing") throw error;
    });
    await client.ended;
  }
  context.screen.result({ done: true });
  context.screen.line(context.texts.say(client === undefined ? "cli.quit.notRunning" : "cli.quit.done"));
  return exitCodes.ok;
}

/** Hidden `anslut complete-machines`: names for the shell, one a line, from an agent that runs; never an error, never a start. */
export async function completeMachines(context: Context): Promise<ExitCode> {
  try {
    const client = await context.runningAgent("use");
    if (client === undefined) return exitCodes.ok;
    const request = { type: "machines", search: "", limit: 500, after: null } as const;
    const { page } = await askFor(context, client, request, "machines");
    client.close();
    for (const { name } of page.machines) if (!name.includes("\n")) context.screen.line(name);
  } catch {
    // A shell that completes a word wants to hear nothing of it.
  }
  return exitCodes.ok;
}
