import { findAccount } from "./accounts.ts";
import { contains, networkOf, parseNetwork } from "./addresses.ts";
import { findMachine } from "./machines.ts";
import { networksOfMachine } from "./networks.ts";
import { Problem } from "./problem.ts";
import { newId } from "./random.ts";
import type { Database, Row } from "./schema.ts";
import type { Admin } from "./store.ts";
import { act } from "./store.ts";
import { findUser } from "./users.ts";

export type Grant = Row<"grants">;

/** What an administrator grants: null widens (every network, all of it, every protocol, every port, for ever). */
export interface GrantWish {
  readonly user: string;
  readonly machine: string;
  readonly network: string | null;
  /** An address or a network, as the machine knows it. */
  readonly destination: string | null;
  readonly protocol: "tcp" | "udp" | "icmp" | null;
  readonly ports: readonly [number, number] | null;
  readonly until: number | null;
}

export async function addGrant(admin: Admin, accountName: string, wish: GrantWish): Promise<Grant> {
  if (wish.ports !== null && wish.protocol !== "tcp" && wish.protocol !== "udp") {
    throw new Problem("badRequest", "portsWithoutProtocol");
  }
  return await act(admin, async (db) => {
    const account = await findAccount(db, accountName);
    const user = await findUser(db, account.id, wish.user);
    const machine = await findMachine(db, account.id, wish.machine);
    const place = await placeOf(db, machine, wish);
    const grant: Grant = {
      id: newId(),
      account_id: account.id,
      user_id: user.id,
      machine_id: machine.id,
      ...place,
      protocol: wish.protocol,
      first_port: wish.ports?.[0] ?? null,
      last_port: wish.ports?.[1] ?? null,
      until: wish.until,
      created: admin.store.clock.now(),
    };
    await db.insertInto("grants").values(grant).execute();
    const { network, destination, protocol, ports, until } = wish;
    const detail = { user: user.name, machine: machine.name, network, destination, protocol, ports, until };
    return {
      result: grant,
      act: { account: account.id, action: "grantAdded", target: machine.id, detail, change: "grant" },
    };
  });
}

/** Takes a grant back: what it opened is cut at once. */
export async function removeGrant(admin: Admin, accountName: string, id: string): Promise<void> {
  await act(admin, async (db) => {
    const account = await findAccount(db, accountName);
    const query = db.selectFrom("grants").selectAll().where("account_id", "=", account.id);
    const grant = await query.where("id", "=", id).executeTakeFirst();
    if (grant === undefined) throw new Problem("notFound", "grantUnknown", { id });
    await db.deleteFrom("grants").where("id", "=", id).execute();
    const entry = { account: account.id, action: "grantRemoved", target: grant.machine_id, detail: { grant: id } };
    return { result: undefined, act: { ...entry, change: "grant" } };
  });
}

export interface NamedGrant extends Grant {
  readonly user_name: string;
  readonly machine_name: string;
  readonly network: string | null;
}

export async function listGrants(db: Database, account: string): Promise<readonly NamedGrant[]> {
  return await db
    .selectFrom("grants")
    .innerJoin("users", "users.id", "grants.user_id")
    .innerJoin("machines", "machines.id", "grants.machine_id")
    .leftJoin("machine_networks", "machine_networks.id", "grants.network_id")
    .selectAll("grants")
    .select(["users.name as user_name", "machines.name as machine_name", "machine_networks.network"])
    .where("grants.account_id", "=", account)
    .orderBy("users.name_key")
    .orderBy("machines.sort_key")
    .execute();
}

/** Where in the machine a grant points: a destination must lie in one of its networks, which it then names. */
async function placeOf(
  db: Database,
  machine: { readonly id: string; readonly name: string },
  { network, destination }: GrantWish,
): Promise<Pick<Grant, "network_id" | "destination">> {
  const networks = await networksOfMachine(db, machine.id);
  const named = networks.find((row) => row.network === network);
  if (network !== null && named === undefined) {
    throw new Problem("notFound", "networkUnknown", { network, machine: machine.name });
  }
  if (destination === null) return { network_id: named?.id ?? null, destination: null };
  const wanted = parseNetwork(destination.includes("/") ? destination : `${destination}/32`);
  const holder = wanted && (named ? [named] : networks).find((row) => contains(networkOf(row.network), wanted));
  if (holder === undefined) throw new Problem("badRequest", "grantOutside", { destination, machine: machine.name });
  return { network_id: holder.id, destination: destination.includes("/") ? destination : `${destination}/32` };
}
