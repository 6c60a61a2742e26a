import type { Command } from "commander";
import { accountSlicePrefix } from "../../../contract/constants.ts";
import type { Account } from "../../web/store/accounts.ts";
import { addAccount, listAccounts, removeAccount, setStandInPolicy } from "../../web/store/accounts.ts";
import { standInPolicies } from "../../web/store/schema.ts";
import type { Context } from "../context.ts";
import { changeStore, show, withStore } from "../context.ts";
import { readSlicePrefix, readWord } from "../input.ts";
import { formatTable } from "../output.ts";

interface Options {
  readonly json?: boolean;
}

export function addAccountCommands(program: Command, context: Context): void {
  const { t } = context;
  const group = program.command("account").description(t("commands.account"));
  group
    .command("add <account>")
    .description(t("commands.accountAdd"))
    .option("--prefix <length>", t("options.prefix"), readSlicePrefix, accountSlicePrefix)
    .option("--json", t("options.json"))
    .action(async (name: string, options: Options & { readonly prefix: number }) => {
      const account = await changeStore(context, (admin) => addAccount(admin, name, options.prefix));
      show(context, options, view(account), t("done.accountAdded", { name, slice: account.slice }));
    });
  group
    .command("policy <account> <setting> <value>")
    .description(t("commands.accountPolicy"))
    .option("--json", t("options.json"))
    .action(async (name: string, setting: string, value: string, options: Options) => {
      readWord(["stand-in"])(setting);
      const policy = readWord(standInPolicies)(value);
      const account = await changeStore(context, (admin) => setStandInPolicy(admin, name, policy));
      show(context, options, view(account), t("done.accountPolicy", { name, policy }));
    });
  group
    .command("list")
    .description(t("commands.accountList"))
    .option("--json", t("options.json"))
    .action(async (options: Options) => {
      const accounts = await withStore(context, ({ store }) => listAccounts(store.db));
      const headings = ["account", "slice", "secondSlice"].map((key) => t(`headings.${key}`));
      const rows = accounts.map(({ name, slice, second_slice }) => [name, slice, second_slice]);
      show(context, options, accounts.map(view), formatTable(headings, rows));
    });
  group
    .command("remove <account>")
    .description(t("commands.accountRemove"))
    .option("--json", t("options.json"))
    .action(async (name: string, options: Options) => {
      await changeStore(context, (admin) => removeAccount(admin, name));
      show(context, options, { removed: name }, t("done.removed", { name }));
    });
}

function view({ id, name, idx, slice, second_slice, server_name, stand_in }: Account) {
  return { id, name, index: idx, slices: [slice, second_slice], serverName: server_name, standIn: stand_in };
}
