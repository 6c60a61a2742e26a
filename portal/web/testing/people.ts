import { addGrant } from "../store/grants.ts";
import type { Machine } from "../store/machines.ts";
import { addMachine } from "../store/machines.ts";
import { addNetwork } from "../store/networks.ts";
import { addUser } from "../store/users.ts";
import { TestClient } from "./client.ts";
import type { TestPortal } from "./portal.ts";

export const password = "kvarnsten ligger still";

/** A user with the password of all test users. */
export async function addPerson(portal: TestPortal, account: string, name: string): Promise<void> {
  await addUser(portal.admin, account, name, password, "none");
}

/** A machine with one network and a grant of all of it for each of `users`. */
export async function addGrantedMachine(
  portal: TestPortal,
  account: string,
  name: string,
  network: string,
  users: readonly string[],
): Promise<Machine> {
  const machine = await addMachine(portal.admin, account, { name, customer: "", place: "", serial: `SN-${name}` });
  await addNetwork(portal.admin, account, name, network, "best");
  for (const user of users) await grantAll(portal, account, user, name);
  return machine;
}

export async function grantAll(portal: TestPortal, account: string, user: string, machine: string) {
  const narrow = { network: null, destination: null, protocol: null, ports: null, until: null };
  return await addGrant(portal.admin, account, { user, machine, ...narrow });
}

/** Signs in as an agent. */
export async function signedIn(portal: TestPortal, account: string, user: string): Promise<TestClient> {
  return await new TestClient(portal).signIn(account, user, password);
}
