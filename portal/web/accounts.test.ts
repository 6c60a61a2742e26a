import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer, TestClient } from "./testing/client.ts";
import { login } from "./testing/client.ts";
import { askTicket, dial } from "./testing/dial.ts";
import { addGrantedMachine, addPerson, password, signedIn } from "./testing/people.ts";
import { TestPortal } from "./testing/portal.ts";

/**
 * Two accounts with the same names in both. Whatever somebody of one asks, with whatever id of the other, nothing of the other is in
 * the answer.
 */
describe("accounts", () => {
  let portal: TestPortal;
  let anna: TestClient;
  let foreign: readonly string[];
  beforeAll(async () => {
    portal = await TestPortal.start();
    const ids: string[] = [];
    for (const [name, machineName] of [
      ["Nordwerk", "M-Nordwerk"],
      ["Südwerk", "M-17"],
    ] as const) {
      await portal.addAccount(name);
      await addPerson(portal, name, "anna");
      const machine = await addGrantedMachine(portal, name, machineName, "192.168.0.0/24", ["anna"]);
      ids.push(machine.id);
    }
    anna = await signedIn(portal, "Südwerk", "anna");
    const other = await signedIn(portal, "Nordwerk", "anna");
    const ticket = await askTicket(other);
    await dial(portal, await portal.front(), ticket);
    await portal.store.db.updateTable("machines").set({ online: 1 }).execute();
    const everything = { networks: null, tunnel: null, orderNumber: "secret-order", reason: "secret-reason" };
    const intent = await other.post(`/machines/${ids[0]}/connect`, everything);
    expect(intent.status).toBe(200);
    await other.post("/login", login("Nordwerk", "anna", password, { remember: true, device: "Nordwerk" }));
    const { sessions, devices } = (await other.get("/sessions")).body as Record<string, readonly { id: string }[]>;
    const [session, device] = [sessions?.[0]?.id ?? "", devices?.[0]?.id ?? ""];
    expect([session, device]).not.toContain("");
    foreign = [ids[0] ?? "", ticket.id, String(intent.body.id), session, device, "unknown"];
  });
  afterAll(() => portal.stop());

  const body = { networks: null, tunnel: null, orderNumber: "", reason: "" };
  const state = { state: "closed", cause: null, roundTripMs: null };
  const requests: readonly ((id: string) => Promise<Answer>)[] = [
    () => anna.get("/me"),
    () => anna.get("/machines"),
    () => anna.get("/machines?search=nordwerk"),
    (id) => anna.get(`/machines?after=${id}`),
    (id) => anna.get(`/machines/${id}`),
    (id) => anna.post(`/machines/${id}/connect`, body),
    (id) => anna.post(`/machines/${id}/connect`, { ...body, tunnel: id }),
    (id) => anna.post(`/machines/${id}/disconnect`, { tunnel: null }),
    (id) => anna.get(`/intents/${id}`),
    (id) => anna.put(`/intents/${id}/state`, state),
    () => anna.get("/tunnels"),
    () => anna.get("/history"),
    (id) => anna.get(`/history?machine=${id}`),
    (id) => anna.put(`/history/${id}`, { until: "2026-11-21T12:00:00.000Z", received: 1, sent: 1, ended: null }),
    (id) => anna.put(`/history/${id}/note`, { note: "mine now" }),
    () => anna.get("/sessions"),
    (id) => anna.post(`/sessions/${id}/end`, {}),
    (id) => anna.post(`/devices/${id}/forget`, {}),
    (id) => anna.post(`/machines/${id}/stand-in`, { networks: ["192.168.0.0/24"] }),
    (id) => anna.get(`/history?before=${portal.clock.now() + 1}.${id}`),
    (id) => anna.post("/tickets", { device: "tap", laptop: "L", replaces: id }),
  ];

  it("see nothing of one another", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(requests.length - 1), fc.nat(foreign.length - 1), async (which, id) => {
        const { text } = await (requests[which] ?? (() => anna.get("/me")))(foreign[id] ?? "");
        expect(text).not.toContain("Nordwerk");
        expect(text).not.toContain("secret-");
        // An id that was asked for may come back in no answer but our own.
        for (const word of foreign.slice(0, -1)) expect(text).not.toContain(word);
      }),
      { numRuns: 250 },
    );
  }, 30_000);

  it("cannot harm one another either", async () => {
    const open = await portal.store.db.selectFrom("intents").select("id").where("ended", "is", null).execute();
    expect(open).toHaveLength(1);
    const tunnels = await portal.store.db.selectFrom("tunnels").select("id").where("state", "=", "opened").execute();
    expect(tunnels).toHaveLength(1);
    const kept = await portal.store.db.selectFrom("devices").select("id").execute();
    expect(kept).toHaveLength(1);
    const notes = await portal.store.db.selectFrom("intents").select("note").execute();
    expect(notes).toEqual([{ note: "" }]);
  });

  it("answer for a machine of another as for one that is not there", async () => {
    const [there, unknown] = [await anna.get(`/machines/${foreign[0]}`), await anna.get("/machines/unknown")];
    expect([there.status, there.text]).toEqual([unknown.status, unknown.text]);
  });
});
