import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MachineList } from "./machine-list.ts";
import type { Account } from "./store/accounts.ts";
import { addAccount } from "./store/accounts.ts";
import { foldForSearch, sortKey } from "./store/names.ts";
import { addUser } from "./store/users.ts";
import { testStore } from "./testing/portal.ts";

const count = 20_000;
const places = ["Malmö", "München", "Łódź", "Århus"];

describe("20,000 machines", () => {
  let parts: Awaited<ReturnType<typeof testStore>>;
  let account: Account;
  let user: string;
  let list: MachineList;
  beforeAll(async () => {
    parts = await testStore();
    const { db } = parts.store;
    account = await addAccount(parts.admin, "Nordwerk");
    user = (await addUser(parts.admin, "Nordwerk", "anna", "kvarnsten ligger still", "none")).user.id;
    list = new MachineList(parts.store, { present: () => [], online: () => undefined });
    await db.transaction().execute(async (transaction) => {
      for (let number = 0; number < count; number++) {
        const [id, name, place] = [`m${number}`, `M-${number}`, places[number % places.length] ?? ""];
        const serial = `SN${100_000 + number}`;
        await transaction
          .insertInto("machines")
          .values({
            ...{ id, account_id: account.id, name, name_key: name.toLowerCase(), sort_key: sortKey(name) },
            ...{ customer: `Customer ${number % 100}`, place, serial, router_offset: number, online: 0, created: 0 },
            search_text: foldForSearch([name, `Customer ${number % 100}`, place, serial].join("\n")),
          })
          .execute();
        const network = { id: `n${number}`, account_id: account.id, machine_id: id, network: "192.168.0.0/24" };
        await transaction
          .insertInto("machine_networks")
          .values({ ...network, source_nat: 0 })
          .execute();
        if (number === 7) continue;
        const grant = { id: `g${number}`, account_id: account.id, user_id: user, machine_id: id, created: 0 };
        await transaction.insertInto("grants").values(grant).execute();
      }
    });
  }, 60_000);
  afterAll(() => parts.remove());

  const timed = async (what: string, query: Parameters<MachineList["page"]>[1]) => {
    const took: number[] = [];
    let page = await list.page({ account: account.id, user }, query);
    for (let run = 0; run < 5; run++) {
      const begin = performance.now();
      page = await list.page({ account: account.id, user }, query);
      took.push(performance.now() - begin);
    }
    console.log(`${what}: ${took.sort((a, b) => a - b)[2]?.toFixed(1)} ms (median of 5), ${page.total} found`);
    return page;
  };

  it("are listed page by page in the order that people expect, without those one has no grant for", async () => {
    const first = await timed("first page of 100", {});
    expect(first.total).toBe(count - 1);
    expect(first.machines.slice(0, 9).map(({ name }) => name)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 8, 9].map((number) => `M-${number}`),
    );
    const last = first.machines.at(-1);
    const second = await timed("second page", { after: first.after ?? "" });
    expect(last?.name).toBe("M-100");
    expect(second.machines[0]?.name).toBe("M-101");
    const whole = await timed("500 from the middle", { after: "m10000", limit: 500 });
    expect(whole.machines.map(({ name }) => name)).toContain("M-10500");
  });

  it("are found by name, customer, place and serial number, whatever the case and the accents", async () => {
    expect((await timed("search serial number", { search: "sn119999" })).machines[0]?.name).toBe("M-19999");
    expect((await timed("search place", { search: "MUNCHEN" })).total).toBe(count / 4);
    expect((await timed("search two words", { search: "customer 17 m-1917" })).machines[0]?.name).toBe("M-1917");
    expect((await timed("search nothing", { search: "no such machine" })).total).toBe(0);
    expect((await timed("search one letter", { search: "m" })).total).toBe(count - 1);
    expect((await list.page({ account: account.id, user }, { search: "sn100007" })).total).toBe(0);
  });

  it("are filtered by state, together with a search and page by page", async () => {
    const { db } = parts.store;
    await db.updateTable("machines").set({ online: 1 }).where("router_offset", "<", 15_000).execute();
    const intent = (machine: number, ended: number | null) => ({
      ...{ id: `i${machine}-${ended}`, account_id: account.id, tunnel_id: "t", user_id: user, user_name: "anna" },
      ...{ machine_id: `m${machine}`, machine_name: `M-${machine}`, laptop: "L", networks: "[]", order_number: "" },
      ...{ reason: "", state: "{}", started: 0, ended, received_before: 0, sent_before: 0, received: 0, sent: 0 },
    });
    // On 17 and 42 somebody is; from 43 he has gone; the router of 15,001 has; 7 is not anna's.
    const intents = [intent(17, null), intent(42, null), intent(43, 1), intent(15_001, null), intent(7, null)];
    await db.insertInto("intents").values(intents).execute();

    expect((await timed("online", { state: "online" })).total).toBe(14_999);
    expect((await timed("offline", { state: "offline" })).total).toBe(5000);
    const used = await timed("in use", { state: "used" });
    expect(used.machines.map(({ name }) => name)).toEqual(["M-17", "M-42"]);
    expect((await timed("offline and searched", { state: "offline", search: "m-1999" })).total).toBe(10);
    const second = await timed("second page of online", { state: "online", after: "m14900" });
    expect(second.machines.at(-1)?.name).toBe("M-14999");
    expect(second.after).toBeNull();
  });

  it("end when the last page was read", async () => {
    const page = await list.page({ account: account.id, user }, { after: "m19990", limit: 100 });
    expect(page.machines).toHaveLength(9);
    expect(page.after).toBeNull();
  });
});
