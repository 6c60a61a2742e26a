import { standInPool } from "../../../contract/constants.ts";
import type { Account } from "./accounts.ts";
import { findAccount } from "./accounts.ts";
import type { Network } from "./addresses.ts";
import {
  contains,
  drawNetwork,
  formatNetwork,
  isImpossible,
  isPrivate,
  networkOf,
  overlaps,
  parseNetwork,
} from "./addresses.ts";
import type { Machine } from "./machines.ts";
import { findMachine } from "./machines.ts";
import { Problem } from "./problem.ts";
import { newId } from "./random.ts";
import type { Database, Row } from "./schema.ts";
import type { Admin } from "./store.ts";
import { act } from "./store.ts";

export type MachineNetwork = Row<"machine_networks">;

/** How a network shall appear in the tunnel: by itself, by a prefix that is drawn, by a given one, or as is best. */
export type StandInWish = "best" | "none" | "drawn" | { readonly prefix: string };

/** The name under which a network is known in the tunnel. */
export function effectiveNetwork({ network, stand_in }: Pick<MachineNetwork, "network" | "stand_in">): string {
  return stand_in ?? network;
}

/**
 * Adds a network to a machine. Two machines of an account cannot be told apart by the same address, so a network that another
 * machine has, or that no laptop may route (not private, or our own), gets a stand-in prefix unless one is given.
 */
export async function addNetwork(
  admin: Admin,
  accountName: string,
  machineName: string,
  text: string,
  wish: StandInWish,
): Promise<MachineNetwork> {
  const network = parseNetwork(text);
  if (network === undefined || network.prefix < 8) throw new Problem("badRequest", "networkBad", { network: text });
  if (isImpossible(network)) throw new Problem("badRequest", "networkImpossible", { network: text });
  return await onMachine(admin, accountName, machineName, "networkAdded", async (db, account, machine) => {
    const all = await networksOfAccount(db, account.id);
    const own = all.filter((row) => row.machine_id === machine.id);
    if (own.some((row) => overlaps(networkOf(row.network), network))) {
      throw new Problem("nameTaken", "networkTaken", { network: text, machine: machine.name });
    }
    const row: MachineNetwork = {
      id: newId(),
      account_id: account.id,
      machine_id: machine.id,
      network: text,
      stand_in: chooseStandIn(account, all, network, wish),
      source_nat: 0,
    };
    await db.insertInto("machine_networks").values(row).execute();
    return row;
  });
}

export async function removeNetwork(admin: Admin, account: string, machine: string, network: string): Promise<void> {
  await onNetwork(admin, account, machine, network, "networkRemoved", async (db, row) => {
    await db.deleteFrom("machine_networks").where("id", "=", row.id).execute();
    return row;
  });
}

/** Changes the prefix by which a network appears in the tunnel. */
export async function setStandIn(
  admin: Admin,
  accountName: string,
  machineName: string,
  network: string,
  wish: StandInWish,
): Promise<MachineNetwork> {
  return await onNetwork(admin, accountName, machineName, network, "standInSet", async (db, row, account) => {
    const others = (await networksOfAccount(db, account.id)).filter((other) => other.id !== row.id);
    const stand_in = chooseStandIn(account, others, networkOf(row.network), wish);
    await db.updateTable("machine_networks").set({ stand_in }).where("id", "=", row.id).execute();
    return { ...row, stand_in };
  });
}

/** Sets whether the machine's devices see the router's own address as the peer: for PLCs without a gateway. */
export async function setSourceNat(
  admin: Admin,
  accountName: string,
  machineName: string,
  network: string,
  wish: "on" | "off",
): Promise<MachineNetwork> {
  return await onNetwork(admin, accountName, machineName, network, "sourceNatSet", async (db, row) => {
    const source_nat = wish === "on" ? 1 : 0;
    await db.updateTable("machine_networks").set({ source_nat }).where("id", "=", row.id).execute();
    return { ...row, source_nat };
  });
}

export async function networksOfAccount(db: Database, account: string): Promise<readonly MachineNetwork[]> {
  return await db
    .selectFrom("machine_networks")
    .selectAll()
    .where("account_id", "=", account)
    .orderBy("network")
    .execute();
}

export async function networksOfMachine(db: Database, machine: string): Promise<readonly MachineNetwork[]> {
  return await db
    .selectFrom("machine_networks")
    .selectAll()
    .where("machine_id", "=", machine)
    .orderBy("network")
    .execute();
}

/** The network `text` of a machine; {@link Problem} `networkUnknown` when it has none such. */
export async function findNetwork(db: Database, machine: Machine, text: string): Promise<MachineNetwork> {
  const row = (await networksOfMachine(db, machine.id)).find(({ network }) => network === text);
  if (row === undefined) throw new Problem("notFound", "networkUnknown", { network: text, machine: machine.name });
  return row;
}

function chooseStandIn(
  account: Account,
  others: readonly MachineNetwork[],
  network: Network,
  wish: StandInWish,
): string | null {
  const taken = others.map((row) => networkOf(effectiveNetwork(row)));
  const slices = [networkOf(account.slice), networkOf(account.second_slice)];
  const pool = networkOf(standInPool);
  const clashes = [...taken, ...slices, pool].some((other) => overlaps(other, network));
  if (wish === "none" && (clashes || !isPrivate(network))) {
    throw new Problem("forbidden", "standInNeeded", { network: formatNetwork(network) });
  }
  const mayBeBare = !clashes && isPrivate(network) && account.stand_in !== "always";
  if (wish === "none" || (wish === "best" && mayBeBare)) return null;
  if (typeof wish === "object") return checkStandIn(wish.prefix, network, taken, pool);
  // The smallest prefix of the pool is /10: a network larger than that has no stand-in.
  const drawn = network.prefix < pool.prefix ? undefined : drawNetwork(standInPool, network.prefix, taken);
  if (drawn === undefined) throw new Problem("internal", "standInBad", { prefix: "", size: network.prefix });
  return drawn;
}

function checkStandIn(text: string, network: Network, taken: readonly Network[], pool: Network): string {
  const prefix = parseNetwork(text);
  if (prefix === undefined || prefix.prefix !== network.prefix || !contains(pool, prefix)) {
    throw new Problem("badRequest", "standInBad", { prefix: text, size: network.prefix });
  }
  if (taken.some((other) => overlaps(other, prefix))) throw new Problem("nameTaken", "standInTaken", { prefix: text });
  return text;
}

/** Gives every network of the account a prefix that has none. */
export async function drawMissingStandIns(admin: Admin, account: Account): Promise<void> {
  const { db } = admin.store;
  const bare = (await networksOfAccount(db, account.id)).filter(({ stand_in }) => stand_in === null);
  for (const { machine_id, network } of bare) {
    const machine = await db.selectFrom("machines").select("name").where("id", "=", machine_id).executeTakeFirst();
    if (machine !== undefined) await setStandIn(admin, account.name, machine.name, network, "drawn");
  }
}

async function onMachine(
  admin: Admin,
  accountName: string,
  machineName: string,
  action: string,
  work: (db: Database, account: Account, machine: Machine) => Promise<MachineNetwork>,
): Promise<MachineNetwork> {
  return await act(admin, async (db) => {
    const account = await findAccount(db, accountName);
    const machine = await findMachine(db, account.id, machineName);
    const result = await work(db, account, machine);
    const { network, stand_in: standIn, source_nat } = result;
    const detail = { machine: machine.name, network, standIn, sourceNat: source_nat === 1 };
    // The router learns its networks with its next ticket: web makes it ask for one.
    return { result, act: { account: account.id, action, target: machine.id, detail, change: "router" } };
  });
}

async function onNetwork(
  admin: Admin,
  accountName: string,
  machineName: string,
  network: string,
  action: string,
  work: (db: Database, row: MachineNetwork, account: Account) => Promise<MachineNetwork>,
): Promise<MachineNetwork> {
  return await onMachine(admin, accountName, machineName, action, async (db, account, machine) => {
    return await work(db, await findNetwork(db, machine, network), account);
  });
}
