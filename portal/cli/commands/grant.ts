import type { Command } from "commander";
import { findAccount } from "../../web/store/accounts.ts";
import { timeOf } from "../../web/store/clock.ts";
import type { Grant, NamedGrant } from "../../web/store/grants.ts";
import { addGrant, listGrants, removeGrant } from "../../web/store/grants.ts";
import type { Context } from "../context.ts";
import { changeStore, show, withStore } from "../context.ts";
import { readDestination, readPortRange, readUntil, readWord } from "../input.ts";
import { formatTable } from "../output.ts";

interface Options {
  readonly json?: boolean;
  readonly network?: string;
  readonly destination?: string;
  readonly protocol?: "tcp" | "udp" | "icmp";
  readonly ports?: [number, number];
  readonly until?: number;
}

export function addGrantCommands(program: Command, context: Context): void {
  const { t } = context;
  const group = program.command("grant").description(t("commands.grant"));

  group
    .command("add <account> <user> <machine>")
    .description(t("commands.grantAdd"))
    .option("--network <network>", t("options.grantNetwork"))
    .option("--destination <address>", t("options.destination"), readDestination)
    .option("--protocol <protocol>", t("options.protocol"), readWord(["tcp", "udp", "icmp"]))
    .option("--ports <range>", t("options.ports"), readPortRange)
    .option("--until <time>", t("options.until"), (text: string) => readUntil(text, Date.now()))
    .option("--json", t("options.json"))
    .action(async (account: string, user: string, machine: string, options: Options) => {
      const { network = null, destination = null, protocol = null, ports = null, until = null } = options;
      const wish = { user, machine, network, destination, protocol, ports, until };
      const grant = await changeStore(context, (admin) => addGrant(admin, account, wish));
      const value = view({ ...grant, user_name: user, machine_name: machine, network });
      show(context, options, value, t("done.grantAdded", { user, machine, id: grant.id }));
    });

  group
    .command("list <account>")
    .description(t("commands.grantList"))
    .option("--json", t("options.json"))
    .action(async (account: string, options: Options) => {
      const grants = await withStore(context, async ({ store }) =>
        listGrants(store.db, (await findAccount(store.db, account)).id),
      );
      const keys = ["id", "user", "machine", "network", "destination", "protocol", "ports", "until"];
      const rows = grants
        .map(view)
        .map((grant) => [
          ...[grant.id, grant.user, grant.machine, grant.network, grant.destination, grant.protocol],
          ...[portsText(grant.ports), grant.until],
        ]);
      const headings = keys.map((key) => t(`headings.${key}`));
      show(context, options, grants.map(view), formatTable(headings, rows));
    });

  group
    .command("remove <account> <grant>")
    .description(t("commands.grantRemove"))
    .option("--json", t("options.json"))
    .action(async (account: string, id: string, options: Options) => {
      await changeStore(context, (admin) => removeGrant(admin, account, id));
      show(context, options, { removed: id }, t("done.removed", { name: id }));
    });
}

function view(grant: NamedGrant) {
  const { id, user_name: user, machine_name: machine, network, destination, protocol, until } = grant;
  return {
    ...{ id, user, machine, network, destination, protocol, ports: portsOf(grant) },
    until: until === null ? null : timeOf(until),
  };
}

function portsText(ports: [number, number] | null): string | null {
  if (ports === null) return null;
  return ports[0] === ports[1] ? String(ports[0]) : ports.join("-");
}

function portsOf({ first_port, last_port }: Grant): [number, number] | null {
  return first_port === null || last_port === null ? null : [first_port, last_port];
}
