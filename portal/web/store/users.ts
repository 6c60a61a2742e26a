import { findAccount } from "./accounts.ts";
import { isName, nameKey } from "./names.ts";
import { checkPassword, hashPassword } from "./passwords.ts";
import { Problem } from "./problem.ts";
import { newId } from "./random.ts";
import type { Database, Row } from "./schema.ts";
import { newTotpSecret, totpUri } from "./second-factor.ts";
import type { Act, Admin } from "./store.ts";
import { act } from "./store.ts";

export type User = Row<"users">;

/** What an authenticator app needs. Shown once. */
export interface SecondFactor {
  readonly secret: string;
  readonly uri: string;
}

/** Makes a user. `secondFactor` says whether with a TOTP secret, which is in the answer. */
export async function addUser(
  admin: Admin,
  accountName: string,
  name: string,
  password: string,
  secondFactor: "totp" | "none",
): Promise<{ readonly user: User; readonly secondFactor: SecondFactor | null }> {
  if (!isName(name)) throw new Problem("badRequest", "userNameBad", { name });
  checkPassword(password, accountName, name);
  const password_hash = await hashPassword(password);
  return await act(admin, async (db) => {
    const account = await findAccount(db, accountName);
    const found = await userRow(db, account.id, name);
    if (found !== undefined) throw new Problem("nameTaken", "userTaken", { name, account: account.name });
    const secret = secondFactor === "totp" ? newTotpSecret() : null;
    const user: User = {
      id: newId(),
      account_id: account.id,
      name,
      name_key: nameKey(name),
      password_hash,
      totp_secret: secret,
      totp_last_step: 0,
      disabled: 0,
      created: admin.store.clock.now(),
    };
    await db.insertInto("users").values(user).execute();
    const shown = secret === null ? null : { secret, uri: totpUri(secret, account.name, name) };
    return { result: { user, secondFactor: shown }, act: userAct(user, "userAdded") };
  });
}

/** Removes a user: sessions, devices and grants go along, tunnels are closed. */
export async function removeUser(admin: Admin, accountName: string, name: string): Promise<void> {
  await changeUser(admin, accountName, name, "userRemoved", async (db, user) => {
    await db.deleteFrom("users").where("id", "=", user.id).execute();
  });
}

/** Sets a new password. All sessions and remembered devices end. */
export async function setPassword(admin: Admin, accountName: string, name: string, password: string): Promise<void> {
  checkPassword(password, accountName, name);
  const password_hash = await hashPassword(password);
  await changeUser(admin, accountName, name, "passwordSet", async (db, user) => {
    await db.updateTable("users").set({ password_hash }).where("id", "=", user.id).execute();
    await endSessions(db, user.id);
  });
}

/** Gives a user a new second factor, or none. All sessions and remembered devices end. */
export async function setSecondFactor(
  admin: Admin,
  accountName: string,
  name: string,
  secondFactor: "totp" | "none",
): Promise<SecondFactor | null> {
  const secret = secondFactor === "totp" ? newTotpSecret() : null;
  const action = secret === null ? "secondFactorRemoved" : "secondFactorSet";
  await changeUser(admin, accountName, name, action, async (db, user) => {
    await db.updateTable("users").set({ totp_secret: secret, totp_last_step: 0 }).where("id", "=", user.id).execute();
    await endSessions(db, user.id);
  });
  return secret === null ? null : { secret, uri: totpUri(secret, accountName, name) };
}

/** Disables a user, which ends sessions, devices and tunnels at once, or enables them again. */
export async function setDisabled(
  admin: Admin,
  accountName: string,
  name: string,
  state: "disabled" | "enabled",
): Promise<void> {
  const disabled = state === "disabled" ? 1 : 0;
  await changeUser(admin, accountName, name, disabled ? "userDisabled" : "userEnabled", async (db, user) => {
    await db.updateTable("users").set({ disabled }).where("id", "=", user.id).execute();
    if (disabled) await endSessions(db, user.id);
  });
}

export async function listUsers(db: Database, account: string): Promise<readonly User[]> {
  return await db.selectFrom("users").selectAll().where("account_id", "=", account).orderBy("name_key").execute();
}

/** The user of that name in the account; {@link Problem} `userUnknown` when there is none. */
export async function findUser(db: Database, account: string, name: string): Promise<User> {
  const user = await userRow(db, account, name);
  if (user === undefined) throw new Problem("notFound", "userUnknown", { name });
  return user;
}

async function userRow(db: Database, account: string, name: string): Promise<User | undefined> {
  const query = db.selectFrom("users").selectAll().where("account_id", "=", account);
  return await query.where("name_key", "=", nameKey(name)).executeTakeFirst();
}

async function changeUser(
  admin: Admin,
  accountName: string,
  name: string,
  action: string,
  change: (db: Database, user: User) => Promise<void>,
): Promise<void> {
  await act(admin, async (db) => {
    const account = await findAccount(db, accountName);
    const user = await findUser(db, account.id, name);
    await change(db, user);
    return { result: undefined, act: userAct(user, action) };
  });
}

/** Everything that lets somebody back in without the password. */
async function endSessions(db: Database, user: string): Promise<void> {
  await db.deleteFrom("sessions").where("user_id", "=", user).execute();
  await db.deleteFrom("devices").where("user_id", "=", user).execute();
}

function userAct(user: User, action: string): Omit<Act, "actor"> {
  return { account: user.account_id, action, target: user.name, change: "user" };
}
