import { findAccount, freeNumber } from "./accounts.ts";
import { networkOf, sizeOf } from "./addresses.ts";
import { foldForSearch, isName, nameKey, sortKey } from "./names.ts";
import { Problem } from "./problem.ts";
import { newId } from "./random.ts";
import type { Database, Row } from "./schema.ts";
import type { Admin } from "./store.ts";
import { act } from "./store.ts";

export type Machine = Row<"machines">;

/** What an administrator says of a new machine. */
export interface NewMachine {
  readonly name: string;
  readonly customer: string;
  readonly place: string;
  readonly serial: string | null;
}

export async function addMachine(admin: Admin, accountName: string, wanted: NewMachine): Promise<Machine> {
  const [machine] = await addMachines(admin, accountName, [wanted]);
  if (machine === undefined) throw new Error("a machine was asked for and none came");
  return machine;
}

/** Adds machines in one transaction: all or none. */
export async function addMachines(
  admin: Admin,
  accountName: string,
  wanted: readonly NewMachine[],
): Promise<readonly Machine[]> {
  for (const { name, serial } of wanted) {
    if (!isName(name)) throw new Problem("badRequest", "machineNameBad", { name });
    if (serial !== null && !/^[\x21-\x7e]{1,64}$/.test(serial))
      throw new Problem("badRequest", "serialBad", { serial });
  }
  return await act(admin, async (db) => {
    const account = await findAccount(db, accountName);
    const others = await db
      .selectFrom("machines")
      .select(["name_key", "serial", "router_offset"])
      .where("account_id", "=", account.id)
      .execute();
    const names = new Set(others.map((other) => other.name_key));
    const serials = new Set(others.map((other) => other.serial));
    const offsets = new Set(others.map((other) => other.router_offset));
    // Routers live in the upper half: its first address is the routers' server, its last the broadcast address.
    const { prefix } = networkOf(account.slice);
    const last = sizeOf(prefix) - 2;
    let from = sizeOf(prefix) / 2 + 1;
    const machines: Machine[] = [];
    for (const one of wanted) {
      if (names.has(nameKey(one.name))) throw new Problem("nameTaken", "machineTaken", { name: one.name });
      if (one.serial !== null && serials.has(one.serial)) {
        throw new Problem("nameTaken", "serialTaken", { serial: one.serial });
      }
      const offset = freeNumber(offsets, from, last);
      if (offset === undefined) throw new Problem("internal", "machinesFull", { most: sizeOf(prefix) / 2 - 2 });
      from = offset + 1;
      names.add(nameKey(one.name));
      serials.add(one.serial);
      machines.push(rowOf(account.id, one, offset, admin.store.clock.now()));
    }
    for (const machine of machines) await db.insertInto("machines").values(machine).execute();
    const target = wanted.length === 1 ? (wanted[0]?.name ?? "") : `${wanted.length} machines`;
    return { result: machines, act: { account: account.id, action: "machineAdded", target, change: null } };
  });
}

/** Removes a machine: its router is cut off, connections to it end. */
export async function removeMachine(admin: Admin, accountName: string, name: string): Promise<void> {
  await act(admin, async (db) => {
    const account = await findAccount(db, accountName);
    const machine = await findMachine(db, account.id, name);
    await db.deleteFrom("machines").where("id", "=", machine.id).execute();
    const entry = { account: account.id, action: "machineRemoved", target: machine.id, detail: { name } };
    return { result: undefined, act: { ...entry, change: "machine" } };
  });
}

export async function listMachines(db: Database, account: string): Promise<readonly Machine[]> {
  return await db.selectFrom("machines").selectAll().where("account_id", "=", account).orderBy("sort_key").execute();
}

/** The machine of that name in the account; {@link Problem} `machineUnknown` when there is none. */
export async function findMachine(db: Database, account: string, name: string): Promise<Machine> {
  const query = db.selectFrom("machines").selectAll().where("account_id", "=", account);
  const machine = await query.where("name_key", "=", nameKey(name)).executeTakeFirst();
  if (machine === undefined) throw new Problem("notFound", "machineUnknown", { name });
  return machine;
}

function rowOf(account: string, { name, customer, place, serial }: NewMachine, offset: number, nowMs: number): Machine {
  return {
    id: newId(),
    account_id: account,
    name,
    name_key: nameKey(name),
    sort_key: sortKey(name),
    customer,
    place,
    serial,
    search_text: foldForSearch([name, customer, place, serial ?? ""].join("\n")),
    router_offset: offset,
    online: 0,
    last_seen: null,
    created: nowMs,
  };
}
