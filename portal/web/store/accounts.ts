import { X509Certificate } from "node:crypto";
import { accountPool, accountSlicePrefix } from "../../../contract/constants.ts";
import { newServerKey } from "../../tls-crypt/key.ts";
import { drawNetwork, networkOf } from "./addresses.ts";
import { issue, newPrivateKey, publicKeyOf } from "./authority.ts";
import { isName, nameKey } from "./names.ts";
import { drawMissingStandIns } from "./networks.ts";
import { Problem } from "./problem.ts";
import { newId } from "./random.ts";
import type { Database, Row, StandInPolicy } from "./schema.ts";
import type { Admin, Store } from "./store.ts";
import { act } from "./store.ts";

export type Account = Row<"accounts">;

const maxIndex = 40_000;
const serverDays = 5 * 365;

/**
 * Makes an account: index, two random slices, server certificate and key of its own. `prefix` is the length of its slices: half of
 * the addresses are for technicians, half for routers (/20: 2,046 machines; /16: 32,766).
 */
export async function addAccount(admin: Admin, name: string, prefix = accountSlicePrefix): Promise<Account> {
  if (!isName(name)) throw new Problem("badRequest", "accountNameBad", { name });
  return await act(admin, async (db) => {
    const others = await db.selectFrom("accounts").selectAll().execute();
    if (others.some((other) => other.name_key === nameKey(name))) {
      throw new Problem("nameTaken", "accountTaken", { name });
    }
    const taken = others.flatMap(({ slice, second_slice }) => [networkOf(slice), networkOf(second_slice)]);
    const slice = drawNetwork(accountPool, prefix, taken);
    const second = slice && drawNetwork(accountPool, prefix, [...taken, networkOf(slice)]);
    const idx = freeNumber(new Set(others.map((other) => other.idx)), 0, maxIndex);
    if (slice === undefined || second === undefined || idx === undefined) throw new Problem("internal", "accountsFull");
    const id = newId();
    const account: Account = {
      id,
      idx,
      name,
      name_key: nameKey(name),
      slice,
      second_slice: second,
      ...(await newServer(admin.store, id)),
      account_key: newServerKey(),
      stand_in: "on-request",
      created: admin.store.clock.now(),
    };
    await db.insertInto("accounts").values(account).execute();
    return { result: account, act: { account: id, action: "accountAdded", target: name, change: "account" } };
  });
}

/** Sets who may have stand-in prefixes. `always` gives every network one at once, and every new one from then on. */
export async function setStandInPolicy(admin: Admin, name: string, policy: StandInPolicy): Promise<Account> {
  const account = await act(admin, async (db) => {
    const found = await findAccount(db, name);
    await db.updateTable("accounts").set({ stand_in: policy }).where("id", "=", found.id).execute();
    const detail = { standIn: policy };
    return {
      result: { ...found, stand_in: policy },
      act: { account: found.id, action: "standInPolicySet", target: name, detail, change: "account" },
    };
  });
  if (policy === "always") await drawMissingStandIns(admin, account);
  return account;
}

/** Removes an account with all it holds. */
export async function removeAccount(admin: Admin, name: string): Promise<void> {
  await act(admin, async (db) => {
    const { id } = await findAccount(db, name);
    await db.deleteFrom("accounts").where("id", "=", id).execute();
    return { result: undefined, act: { account: id, action: "accountRemoved", target: name, change: "account" } };
  });
}

/** The account of that name; {@link Problem} `accountUnknown` when there is none. */
export async function findAccount(db: Database, name: string): Promise<Account> {
  const account = await db.selectFrom("accounts").selectAll().where("name_key", "=", nameKey(name)).executeTakeFirst();
  if (account === undefined) throw new Problem("notFound", "accountUnknown", { name });
  return account;
}

export async function listAccounts(db: Database): Promise<readonly Account[]> {
  return await db.selectFrom("accounts").selectAll().orderBy("name_key").execute();
}

/** Issues the server certificate of each account anew that ends within half a year. */
export async function renewServers(store: Store): Promise<void> {
  const due = store.clock.now() - (serverDays - 180) * 86_400_000;
  const accounts = await store.db.selectFrom("accounts").select(["id", "server_certificate"]).execute();
  for (const { id, server_certificate } of accounts) {
    if (Date.parse(new X509Certificate(server_certificate).validFrom) > due) continue;
    await store.db
      .updateTable("accounts")
      .set(await newServer(store, id))
      .where("id", "=", id)
      .execute();
  }
}

/** The smallest number from `first` to `last` that is free. */
export function freeNumber(taken: ReadonlySet<number>, first: number, last: number): number | undefined {
  for (let number = first; number <= last; number++) if (!taken.has(number)) return number;
  return undefined;
}

async function newServer({ secrets, clock }: Store, id: string) {
  const authority = { certificate: secrets.read("tunnelAuthority"), privateKey: secrets.read("tunnelAuthorityKey") };
  const commonName = `${id}.tunnels.anslut`;
  const privateKey = newPrivateKey();
  const leaf = {
    commonName,
    usage: "server",
    hosts: [],
    publicKey: publicKeyOf(privateKey),
    days: serverDays,
  } as const;
  const certificate = await issue(authority, leaf, clock.now());
  return { server_name: commonName, server_certificate: certificate, server_private_key: privateKey };
}
