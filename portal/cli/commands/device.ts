import type { Command } from "commander";
import { timeOf } from "../../web/store/clock.ts";
import { listDevices, removeDevice } from "../../web/store/devices.ts";
import type { Context } from "../context.ts";
import { changeStore, show, withStore } from "../context.ts";
import { formatTable } from "../output.ts";

interface Options {
  readonly json?: boolean;
}

/** `user device …`: what was remembered at sign-in. */
export function addDeviceCommands(user: Command, context: Context): void {
  const { t } = context;
  const group = user.command("device").description(t("commands.device"));
  group
    .command("list <account> <user>")
    .description(t("commands.deviceList"))
    .option("--json", t("options.json"))
    .action(async (account: string, name: string, options: Options) => {
      const devices = await withStore(context, ({ store }) => listDevices(store.db, account, name));
      const views = devices.map(({ id, name: device, created, last_used, expires }) => {
        return { id, device, created: timeOf(created), lastUsed: timeOf(last_used), expires: timeOf(expires) };
      });
      const headings = ["id", "device", "created", "lastUsed", "until"].map((key) => t(`headings.${key}`));
      const rows = views.map(({ id, device, created, lastUsed, expires }) => [id, device, created, lastUsed, expires]);
      show(context, options, views, formatTable(headings, rows));
    });
  group
    .command("remove <account> <user> <device>")
    .description(t("commands.deviceRemove"))
    .option("--json", t("options.json"))
    .action(async (account: string, name: string, id: string, options: Options) => {
      await changeStore(context, (admin) => removeDevice(admin, account, name, id));
      show(context, options, { removed: id }, t("done.removed", { name: id }));
    });
}
