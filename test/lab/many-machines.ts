import type { Lab } from "./lab.ts";

/**
 * Gives an account `count` machines without a router, `bench press-0` …, each with a network and all granted to `user`. They are written past the portal's
 * web, which tells nobody: who is signed in sees them when the list is fetched anew.
 */
export async function giveManyMachines(lab: Lab, account: string, user: string, count: number): Promise<void> {
  const argv = ["/opt/node/node", "/opt/repo/test/lab/many-machines-script.ts", account, user, String(count)];
  await lab.output("portal", argv, { user: "anslut-web" });
}
