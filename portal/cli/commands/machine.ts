import type { Command } from "commander";
import { findAccount } from "../../web/store/accounts.ts";
import { timeOf } from "../../web/store/clock.ts";
import type { Machine } from "../../web/store/machines.ts";
import { addMachine, listMachines, removeMachine } from "../../web/store/machines.ts";
import type { MachineNetwork, StandInWish } from "../../web/store/networks.ts";
import { addNetwork, networksOfAccount, removeNetwork, setSourceNat, setStandIn } from "../../web/store/networks.ts";
import type { Context } from "../context.ts";
import { changeStore, show, withStore } from "../context.ts";
import { readWord } from "../input.ts";
import { formatTable } from "../output.ts";

interface Options {
  readonly json?: boolean;
  readonly customer?: string;
  readonly place?: string;
  readonly serial?: string;
  readonly standIn?: StandInWish;
}

export function addMachineCommands(program: Command, context: Context): void {
  const { t } = context;
  const group = program.command("machine").description(t("commands.machine"));

  group
    .command("add <account> <machine>")
    .description(t("commands.machineAdd"))
    .option("--customer <name>", t("options.customer"))
    .option("--place <name>", t("options.place"))
    .option("--serial <serial>", t("options.serial"))
    .option("--json", t("options.json"))
    .action(async (account: string, name: string, options: Options) => {
      const { customer = "", place = "", serial = null } = options;
      const wanted = { name, customer: customer.slice(0, 200), place: place.slice(0, 200), serial };
      const machine = await changeStore(context, (admin) => addMachine(admin, account, wanted));
      show(context, options, view(machine, []), t("done.machineAdded", { name, account }));
    });

  group
    .command("list <account>")
    .description(t("commands.machineList"))
    .option("--json", t("options.json"))
    .action(async (account: string, options: Options) => {
      const { machines, networks } = await withStore(context, async ({ store }) => {
        const { id } = await findAccount(store.db, account);
        return { machines: await listMachines(store.db, id), networks: await networksOfAccount(store.db, id) };
      });
      const byMachine = Map.groupBy(networks, (network) => network.machine_id);
      const views = machines.map((machine) => view(machine, byMachine.get(machine.id) ?? []));
      const keys = ["machine", "customer", "place", "serial", "online", "networks"];
      const rows = views.map(({ machine, customer, place, serial, online, networks: list }) => {
        const text = list.map(({ network, standIn }) => (standIn === null ? network : `${network} → ${standIn}`));
        return [machine, customer, place, serial, online, text.join(", ")];
      });
      const headings = keys.map((key) => t(`headings.${key}`));
      show(context, options, views, formatTable(headings, rows));
    });

  group
    .command("remove <account> <machine>")
    .description(t("commands.machineRemove"))
    .option("--json", t("options.json"))
    .action(async (account: string, name: string, options: Options) => {
      await changeStore(context, (admin) => removeMachine(admin, account, name));
      show(context, options, { removed: name }, t("done.removed", { name }));
    });

  addNetworkCommands(group, context);
}

function addNetworkCommands(machine: Command, context: Context): void {
  const { t } = context;
  const group = machine.command("network").description(t("commands.network"));
  const command = (name: string, text: string) =>
    group
      .command(name)
      .description(t(`commands.${text}`))
      .option("--json", t("options.json"));
  const showNetwork = (options: Options, network: MachineNetwork) => {
    const values = { network: network.network, standIn: network.stand_in ?? "" };
    show(
      context,
      options,
      networkView(network),
      t(network.stand_in === null ? "done.network" : "done.standIn", values),
    );
  };

  command("add <account> <machine> <network>", "networkAdd")
    .option("--stand-in <prefix>", t("options.standIn"), readStandIn)
    .action(async (account: string, name: string, network: string, options: Options) => {
      const wish = options.standIn ?? "best";
      showNetwork(options, await changeStore(context, (admin) => addNetwork(admin, account, name, network, wish)));
    });

  command("remove <account> <machine> <network>", "networkRemove").action(
    async (account: string, name: string, network: string, options: Options) => {
      await changeStore(context, (admin) => removeNetwork(admin, account, name, network));
      show(context, options, { removed: network }, t("done.removed", { name: network }));
    },
  );

  command("stand-in <account> <machine> <network> <prefix>", "networkStandIn").action(
    async (account: string, name: string, network: string, prefix: string, options: Options) => {
      const wish = readStandIn(prefix);
      showNetwork(options, await changeStore(context, (admin) => setStandIn(admin, account, name, network, wish)));
    },
  );

  command("source-nat <account> <machine> <network> <on|off>", "networkSourceNat").action(
    async (account: string, name: string, network: string, text: string, options: Options) => {
      const wish = readWord(["on", "off"])(text);
      showNetwork(options, await changeStore(context, (admin) => setSourceNat(admin, account, name, network, wish)));
    },
  );
}

/** `none`, `auto` for a drawn one, or a prefix. */
function readStandIn(text: string): StandInWish {
  if (text === "none") return "none";
  return text === "auto" ? "drawn" : { prefix: text };
}

function view(machine: Machine, networks: readonly MachineNetwork[]) {
  const { id, name, customer, place, serial, online, last_seen } = machine;
  return {
    id,
    machine: name,
    customer,
    place,
    serial,
    online: online === 1,
    lastSeen: last_seen === null ? null : timeOf(last_seen),
    networks: networks.map(networkView),
  };
}

function networkView({ network, stand_in, source_nat }: MachineNetwork) {
  return { network, standIn: stand_in, sourceNat: source_nat === 1 };
}
