import type { Command } from "commander";
import { findAccount } from "../../web/store/accounts.ts";
import { timeOf } from "../../web/store/clock.ts";
import { newPassword } from "../../web/store/passwords.ts";
import type { SecondFactor } from "../../web/store/users.ts";
import { addUser, listUsers, removeUser, setDisabled, setPassword, setSecondFactor } from "../../web/store/users.ts";
import type { Context } from "../context.ts";
import { changeStore, show, withStore } from "../context.ts";
import { readPassword } from "../input.ts";
import { formatTable } from "../output.ts";
import { addDeviceCommands } from "./device.ts";

interface Options {
  readonly json?: boolean;
  readonly passwordStdin?: boolean;
  readonly secondFactor?: boolean;
  readonly remove?: boolean;
}

export function addUserCommands(program: Command, context: Context): void {
  const { t } = context;
  const group = program.command("user").description(t("commands.user"));
  addDeviceCommands(group, context);
  const command = (name: string, text: string) =>
    group
      .command(name)
      .description(t(`commands.${text}`))
      .option("--json", t("options.json"));

  command("add <account> <user>", "userAdd")
    .option("--password-stdin", t("options.passwordStdin"))
    .option("--second-factor", t("options.secondFactor"))
    .action(async (account: string, name: string, options: Options) => {
      const { password, shown } = await choosePassword(context, options);
      const kind = options.secondFactor === true ? "totp" : "none";
      const { user, secondFactor } = await changeStore(context, (admin) =>
        addUser(admin, account, name, password, kind),
      );
      const lines = [t("done.userAdded", { name, account }), ...passwordLines(context, shown)];
      const value = { id: user.id, account, user: name, password: shown, secondFactor };
      show(context, options, value, [...lines, ...factorLines(context, secondFactor)].join("\n"));
    });

  command("list <account>", "userList").action(async (account: string, options: Options) => {
    const users = await withStore(context, async ({ store }) =>
      listUsers(store.db, (await findAccount(store.db, account)).id),
    );
    const views = users.map(({ id, name, disabled, totp_secret, created }) => {
      const secondFactor = totp_secret !== null;
      return { id, user: name, enabled: disabled === 0, secondFactor, created: timeOf(created) };
    });
    const headings = ["user", "enabled", "secondFactor", "created"].map((key) => t(`headings.${key}`));
    const rows = views.map(({ user, enabled, secondFactor, created }) => [user, enabled, secondFactor, created]);
    show(context, options, views, formatTable(headings, rows));
  });

  command("remove <account> <user>", "userRemove").action(async (account: string, name: string, options: Options) => {
    await changeStore(context, (admin) => removeUser(admin, account, name));
    show(context, options, { removed: name }, t("done.removed", { name }));
  });

  command("password <account> <user>", "userPassword")
    .option("--password-stdin", t("options.passwordStdin"))
    .action(async (account: string, name: string, options: Options) => {
      const { password, shown } = await choosePassword(context, options);
      await changeStore(context, (admin) => setPassword(admin, account, name, password));
      const lines = [t("done.passwordSet", { name }), ...passwordLines(context, shown)];
      show(context, options, { account, user: name, password: shown }, lines.join("\n"));
    });

  command("second-factor <account> <user>", "userSecondFactor")
    .option("--remove", t("options.secondFactorRemove"))
    .action(async (account: string, name: string, options: Options) => {
      const kind = options.remove === true ? "none" : "totp";
      const secondFactor = await changeStore(context, (admin) => setSecondFactor(admin, account, name, kind));
      const headline = t(secondFactor === null ? "done.secondFactorRemoved" : "done.secondFactorSet", { name });
      const lines = [headline, ...factorLines(context, secondFactor)];
      show(context, options, { account, user: name, secondFactor }, lines.join("\n"));
    });

  for (const [verb, state] of [
    ["enable", "enabled"],
    ["disable", "disabled"],
  ] as const) {
    command(`${verb} <account> <user>`, verb).action(async (account: string, name: string, options: Options) => {
      await changeStore(context, (admin) => setDisabled(admin, account, name, state));
      show(context, options, { account, user: name, enabled: state === "enabled" }, t(`done.${state}`, { name }));
    });
  }
}

/** The given password, or a drawn one that is shown once. */
async function choosePassword(context: Context, options: Options) {
  if (options.passwordStdin === true) return { password: await readPassword(context.stdin), shown: null };
  const password = newPassword();
  return { password, shown: password };
}

function passwordLines({ t }: Context, password: string | null): readonly string[] {
  return password === null ? [] : [t("done.password", { password })];
}

function factorLines({ t }: Context, factor: SecondFactor | null): readonly string[] {
  return factor === null ? [] : [t("done.secondFactor", { ...factor })];
}
