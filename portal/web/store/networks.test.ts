import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testStore } from "../testing/portal.ts";
import type { Account } from "./accounts.ts";
import { addAccount } from "./accounts.ts";
import { contains, networkOf, overlaps } from "./addresses.ts";
import { addGrant } from "./grants.ts";
import { addMachine } from "./machines.ts";
import { addNetwork, setSourceNat, setStandIn } from "./networks.ts";
import { addUser } from "./users.ts";

describe("networks of machines", () => {
  let parts: Awaited<ReturnType<typeof testStore>>;
  let account: Account;
  beforeEach(async () => {
    parts = await testStore();
    account = await addAccount(parts.admin, "Nordwerk");
    for (const name of ["M-1", "M-2"]) {
      await addMachine(parts.admin, "Nordwerk", { name, customer: "", place: "", serial: null });
    }
  });
  afterEach(() => parts.remove());
  const add = (machine: string, network: string, wish: Parameters<typeof addNetwork>[4] = "best") =>
    addNetwork(parts.admin, "Nordwerk", machine, network, wish);

  it("appear by themselves where they can", async () => {
    expect(await add("M-1", "192.168.0.0/24")).toMatchObject({ stand_in: null, source_nat: 0 });
  });

  it("get a stand-in of the same size when another machine has the same one", async () => {
    await add("M-1", "192.168.0.0/24");
    const { stand_in } = await add("M-2", "192.168.0.0/24");
    expect(stand_in).toMatch(/^100\..*\/24$/);
    expect(contains(networkOf("100.64.0.0/10"), networkOf(stand_in ?? ""))).toBe(true);
    await expect(setStandIn(parts.admin, "Nordwerk", "M-2", "192.168.0.0/24", "none")).rejects.toThrow("standInNeeded");
  });

  it("get one when laptops may not route them or they are the account's own", async () => {
    expect((await add("M-1", "193.10.0.0/16")).stand_in).not.toBeNull();
    expect((await add("M-1", account.slice)).stand_in).not.toBeNull();
    expect((await add("M-2", "100.100.0.0/24")).stand_in).not.toBeNull();
  });

  it("take a given prefix only where it fits", async () => {
    const given = (prefix: string) => add("M-1", "192.168.9.0/24", { prefix });
    await expect(given("100.64.0.0/25")).rejects.toThrow("standInBad");
    await expect(given("10.0.0.0/24")).rejects.toThrow("standInBad");
    await expect(given("rubbish")).rejects.toThrow("standInBad");
    expect(await given("100.64.5.0/24")).toMatchObject({ stand_in: "100.64.5.0/24" });
    await expect(add("M-2", "10.1.1.0/24", { prefix: "100.64.5.0/24" })).rejects.toThrow("standInTaken");
  });

  it.each([
    ["192.168.0.1/24", "networkBad"],
    ["rubbish", "networkBad"],
    ["0.0.0.0/0", "networkBad"],
    ["127.0.0.0/8", "networkImpossible"],
    ["224.0.0.0/8", "networkImpossible"],
  ])("%s is refused: %s", async (network, key) => {
    await expect(add("M-1", network)).rejects.toThrow(key);
  });

  it("do not overlap within a machine", async () => {
    await add("M-1", "192.168.0.0/24");
    await expect(add("M-1", "192.168.0.128/25")).rejects.toThrow("networkTaken");
  });

  it("keep the wish for source NAT", async () => {
    await add("M-1", "192.168.0.0/24");
    const change = await setSourceNat(parts.admin, "Nordwerk", "M-1", "192.168.0.0/24", "on");
    expect(change.source_nat).toBe(1);
  });

  it("are what grants point into", async () => {
    await addUser(parts.admin, "Nordwerk", "anna", "kvarnsten ligger still", "none");
    await add("M-1", "192.168.0.0/24");
    const wish = { user: "anna", machine: "M-1", network: null, protocol: null, ports: null, until: null };
    const grant = await addGrant(parts.admin, "Nordwerk", { ...wish, destination: "192.168.0.10" });
    expect(grant).toMatchObject({ destination: "192.168.0.10/32" });
    const outside = addGrant(parts.admin, "Nordwerk", { ...wish, destination: "192.168.1.10" });
    await expect(outside).rejects.toThrow("grantOutside");
    const ports = addGrant(parts.admin, "Nordwerk", { ...wish, destination: null, ports: [102, 102] });
    await expect(ports).rejects.toThrow("portsWithoutProtocol");
  });

  it("of accounts never share addresses", async () => {
    const other = await addAccount(parts.admin, "Süd");
    const slices = [account, other].flatMap(({ slice, second_slice }) => [networkOf(slice), networkOf(second_slice)]);
    for (const [index, slice] of slices.entries()) {
      for (const later of slices.slice(index + 1)) expect(overlaps(slice, later)).toBe(false);
    }
    expect(other.idx).not.toBe(account.idx);
  });
});
