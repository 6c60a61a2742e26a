import type { Command } from "commander";
import { timeOf } from "../../web/store/clock.ts";
import { inviteRouter } from "../../web/store/enrolments.ts";
import type { Context } from "../context.ts";
import { changeStore, show } from "../context.ts";

export function addEnrol(program: Command, context: Context): void {
  const { t } = context;
  program
    .command("enrol <account> <machine>")
    .description(t("commands.enrol"))
    .option("--json", t("options.json"))
    .action(async (account: string, machine: string, options: { readonly json?: boolean }) => {
      const { serial, token, expires } = await changeStore(context, (admin) => inviteRouter(admin, account, machine));
      const value = { machine, serial, token, expires: timeOf(expires) };
      show(context, options, value, t("done.enrol", value));
    });
}
