import { Command, CommanderError } from "commander";
import { CauseError } from "../../contract/causes.ts";
import { paths } from "../../contract/constants.ts";
import { Problem } from "../web/store/problem.ts";
import { addAccountCommands } from "./commands/account.ts";
import { addAuditCommands } from "./commands/audit.ts";
import { addBackupCommands } from "./commands/backup.ts";
import { addCertificateCommands } from "./commands/certificate.ts";
import { addEnrol } from "./commands/enrol.ts";
import { addGrantCommands } from "./commands/grant.ts";
import { addInit } from "./commands/init.ts";
import { addMachineCommands } from "./commands/machine.ts";
import { addServe } from "./commands/serve.ts";
import { addUserCommands } from "./commands/user.ts";
import type { Context } from "./context.ts";
import type { Texts } from "./texts.ts";
import { UsageError } from "./usage.ts";

/** Exit codes: done, it failed, the command line cannot be understood. */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

/** What the program is connected to; a test brings its own. */
export type Surroundings = Pick<Context, "t" | "stdin" | "print"> & { readonly complain: (text: string) => void };

/** Runs one command line (without node and script) and returns the exit code. */
export async function runProgram(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { t, print, complain } = surroundings;
  const program = new Command("anslut-portal");
  const context: Context = {
    ...surroundings,
    data: () => program.opts<{ data: string }>().data,
    run: () => program.opts<{ run: string }>().run,
  };
  program
    .description(t("commands.program"))
    .option("--data <folder>", t("options.data"), paths.portalData)
    .option("--run <folder>", t("options.run"), "/run/anslut-portal")
    .exitOverride()
    .configureOutput({ writeOut: (text) => print(text.trimEnd()), writeErr: () => {} });
  addInit(program, context);
  addServe(program, context);
  addAccountCommands(program, context);
  addUserCommands(program, context);
  addMachineCommands(program, context);
  addGrantCommands(program, context);
  addEnrol(program, context);
  addCertificateCommands(program, context);
  addBackupCommands(program, context);
  addAuditCommands(program, context);
  try {
    await program.parseAsync(args, { from: "user" });
    return typeof process.exitCode === "number" ? process.exitCode : exitCodes.done;
  } catch (thrown) {
    return explain(thrown, t, complain);
  }
}

/** A sentence for whatever went wrong, never a stack trace. */
function explain(thrown: unknown, t: Texts, complain: (text: string) => void): number {
  if (thrown instanceof CommanderError) {
    if (thrown.exitCode === 0) return exitCodes.done;
    const what = thrown.message.replace(/^error: /, "").split("\n")[0] ?? "";
    // A bare `anslut-portal account` shows its help, which needs no further word.
    complain(what === "(outputHelp)" ? t("usage.incomplete") : t("usage.command", { what }));
    return exitCodes.usage;
  }
  if (thrown instanceof UsageError) {
    complain(t(`usage.${thrown.key}`, thrown.values));
    return exitCodes.usage;
  }
  complain(explainFailure(thrown, t));
  return exitCodes.failed;
}

function explainFailure(thrown: unknown, t: Texts): string {
  if (thrown instanceof Problem) {
    return `${t(`problems.${thrown.key}.headline`, thrown.values)} ${t(`problems.${thrown.key}.advice`, thrown.values)}`;
  }
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  const what = thrown instanceof CauseError ? thrown.detail : thrown instanceof Error ? thrown.message : String(thrown);
  const key = ["EACCES", "EPERM"].includes(code) ? "accessDenied" : code === "ENOSPC" ? "diskFull" : "unexpected";
  return `${t(`problems.${key}.headline`, { what })} ${t(`problems.${key}.advice`, { what })}`;
}
