import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { verifyAudit } from "../../web/store/audit.ts";
import { systemClock } from "../../web/store/clock.ts";
import { copyDatabase } from "../../web/store/database.ts";
import { Problem } from "../../web/store/problem.ts";
import { closeStore, databaseFile, openStore } from "../../web/store/store.ts";
import { createOutput, exchangeData, pack, unpack, workFolder, writeOutput } from "../archive.ts";
import type { Context } from "../context.ts";
import { show, withStore } from "../context.ts";
import { becomeOwner, makeDataDirectory } from "../owner.ts";
import { askWeb } from "../poke.ts";

interface Options {
  readonly json?: boolean;
  readonly replace?: boolean;
}

export function addBackupCommands(program: Command, context: Context): void {
  const { t } = context;
  program
    .command("backup <file>")
    .description(t("commands.backup"))
    .option("--json", t("options.json"))
    .action((file: string, options: Options) => backup(context, file, options));
  program
    .command("restore <file>")
    .description(t("commands.restore"))
    .option("--replace", t("options.replace"))
    .option("--json", t("options.json"))
    .action((file: string, options: Options) => restore(context, file, options));
}

async function backup(context: Context, file: string, options: Options): Promise<void> {
  const data = context.data();
  if (!existsSync(databaseFile(data))) throw new Problem("notFound", "notInitialised", { data });
  // The file is opened as who called; all the rest is done as the data's owner.
  const output = createOutput(file);
  await withStore(context, async ({ store }) => {
    const { folder, remove } = workFolder(data);
    try {
      // One consistent copy while web goes on writing.
      await copyDatabase(store.db, join(folder, "portal.db"));
      writeOutput(output, pack(data, folder));
    } finally {
      remove();
    }
  });
  show(context, options, { file }, context.t("done.backup", { file }));
}

async function restore(context: Context, file: string, options: Options): Promise<void> {
  const { t } = context;
  const data = context.data();
  const bytes = readBackup(file);
  if (await askWeb(context.run())) throw new Problem("busy", "running");
  if (existsSync(databaseFile(data)) && options.replace !== true) {
    throw new Problem("forbidden", "alreadyInitialised", { data });
  }
  makeDataDirectory(data);
  becomeOwner(data);
  const { folder, remove } = workFolder(data);
  try {
    unpack(bytes, folder, file);
    await check(folder, file);
    const kept = exchangeData(data, folder, systemClock.now());
    const lines = [t("done.restored", { data }), ...(kept === null ? [] : [t("done.kept", { folder: kept })])];
    show(context, options, { data, kept }, lines.join("\n"));
  } finally {
    remove();
  }
}

function readBackup(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new Problem("notFound", "fileMissing", { file });
  }
}

/** A backup that cannot be opened, or whose audit log was tampered with, takes nobody's place. */
async function check(folder: string, file: string): Promise<void> {
  const store = await openStore(folder, systemClock).catch(() => {
    throw new Problem("badRequest", "backupBad", { file });
  });
  const verdict = await verifyAudit(store.db);
  await closeStore(store);
  if (verdict.brokenAt !== null) throw new Problem("badRequest", "backupBad", { file });
}
