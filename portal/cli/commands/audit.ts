import type { Command } from "commander";
import { findAccount } from "../../web/store/accounts.ts";
import { listAudit, verifyAudit } from "../../web/store/audit.ts";
import { timeOf } from "../../web/store/clock.ts";
import type { Context } from "../context.ts";
import { show, withStore } from "../context.ts";
import { formatTable } from "../output.ts";
import { UsageError } from "../usage.ts";

interface Options {
  readonly json?: boolean;
  readonly account?: string;
  readonly limit: number;
}

export function addAuditCommands(program: Command, context: Context): void {
  const { t } = context;
  const group = program.command("audit").description(t("commands.audit"));

  group
    .command("verify")
    .description(t("commands.auditVerify"))
    .option("--json", t("options.json"))
    .action(async (options: { readonly json?: boolean }) => {
      const verdict = await withStore(context, ({ store }) => verifyAudit(store.db));
      const values = { rows: verdict.rows, head: verdict.head, brokenAt: verdict.brokenAt ?? 0 };
      show(context, options, verdict, t(verdict.brokenAt === null ? "done.auditWhole" : "done.auditBroken", values));
      if (verdict.brokenAt !== null) process.exitCode = 1;
    });

  group
    .command("list")
    .description(t("commands.auditList"))
    .option("--account <account>", t("options.account"))
    .option("--limit <count>", t("options.limit"), readLimit, 100)
    .option("--json", t("options.json"))
    .action(async (options: Options) => {
      const rows = await withStore(context, async ({ store }) => {
        const account = options.account === undefined ? null : (await findAccount(store.db, options.account)).id;
        return await listAudit(store.db, account, options.limit);
      });
      const views = rows.map((row) => ({
        ...{ seq: row.seq, at: timeOf(row.at), actor: row.actor, account: row.account_id, address: row.address },
        ...{
          action: row.action,
          target: row.target,
          result: row.result,
          detail: JSON.parse(row.detail),
          hash: row.hash,
        },
      }));
      const keys = ["at", "actor", "address", "action", "target", "result"] as const;
      const cells = views.map((view) => keys.map((key) => view[key]));
      show(
        context,
        options,
        views,
        formatTable(
          keys.map((key) => t(`headings.${key}`)),
          cells,
        ),
      );
    });
}

function readLimit(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit < 1) throw new UsageError("limit", { text });
  return limit;
}
