import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeHistoryPage } from "../../contract/portal.ts";
import type { Machine } from "./store/machines.ts";
import { signInOnPage, TestClient } from "./testing/client.ts";
import { askTicket, dial } from "./testing/dial.ts";
import type { FramePeer } from "./testing/frames.ts";
import { addGrantedMachine, addPerson, password, signedIn } from "./testing/people.ts";
import { TestPortal } from "./testing/portal.ts";

const everything = { networks: null, tunnel: null, orderNumber: "4711", reason: "drive trips" };

describe("the history", () => {
  let portal: TestPortal;
  let front: FramePeer;
  let machines: readonly Machine[];
  let anna: TestClient;
  beforeEach(async () => {
    portal = await TestPortal.start();
    await portal.addAccount("Nordwerk");
    for (const name of ["anna", "bo"]) await addPerson(portal, "Nordwerk", name);
    machines = [
      await addGrantedMachine(portal, "Nordwerk", "M-17", "192.168.0.0/24", ["anna", "bo"]),
      await addGrantedMachine(portal, "Nordwerk", "M-18", "192.168.1.0/24", ["anna"]),
    ];
    await portal.store.db.updateTable("machines").set({ online: 1 }).execute();
    front = await portal.front();
    anna = await signedIn(portal, "Nordwerk", "anna");
  });
  afterEach(() => portal.stop());

  const entries = async (client: TestClient, query = "") =>
    decodeHistoryPage((await client.get(`/history${query}`)).body).connections;
  const connect = async (machine = machines[0]) =>
    String((await anna.post(`/machines/${machine?.id}/connect`, everything)).body.id);
  const dialled = async () => {
    const ticket = await askTicket(anna);
    await dial(portal, front, ticket);
    return ticket;
  };
  const reportOf = (until: number, more: object = {}) => ({
    ...{ until: new Date(until).toISOString(), received: 5000, sent: 700, ended: "proxyUnreachable" },
    ...more,
  });

  it("is shown whole, or of one machine", async () => {
    await dialled();
    const [first, second] = [await connect(), await connect(machines[1])];
    expect((await entries(anna)).map(({ id }) => id).toSorted()).toEqual([first, second].toSorted());
    expect((await entries(anna, `?machine=${machines[1]?.id}`)).map(({ id }) => id)).toEqual([second]);
    expect(await entries(anna, "?machine=unknown")).toEqual([]);
    const bo = await signedIn(portal, "Nordwerk", "bo");
    expect((await entries(bo)).map(({ id }) => id)).toEqual([first]);
    expect(await entries(bo, `?machine=${machines[1]?.id}`)).toEqual([]);
    expect((await anna.get("/history?machine=..%2Fx")).body.cause).toBe("badRequest");
  });

  it("takes a note from whoever was connected, on a page as well, and from nobody else", async () => {
    await dialled();
    const intent = await connect();
    const page = await signInOnPage(new TestClient(portal), "Nordwerk", "anna", password);
    const note = "Fuse F3 replaced.\nDrive runs again: 50 % + 10 °C";
    expect((await page.put(`/history/${intent}/note`, { note })).body).toEqual({ done: true });
    const bo = await signedIn(portal, "Nordwerk", "bo");
    expect((await entries(bo))[0]?.note).toBe(note);
    const [others, unknown] = [
      await bo.put(`/history/${intent}/note`, { note: "bo was here" }),
      await bo.put("/history/unknown/note", { note: "" }),
    ];
    expect([others.status, others.text]).toEqual([unknown.status, unknown.text]);
    expect(others.body.cause).toBe("notFound");
    expect((await entries(anna))[0]?.note).toBe(note);
    expect((await anna.put(`/history/${intent}/note`, { note: "x".repeat(4001) })).body.cause).toBe("badRequest");
    const audit = portal.store.db.selectFrom("audit").selectAll().where("action", "=", "historyNoted");
    expect(await audit.execute()).toMatchObject([{ actor: "user:anna", target: intent }]);
  });

  it("takes a report of a connection that ended while web was away, once, and within what can be", async () => {
    await dialled();
    const intent = await connect();
    const began = portal.clock.now();
    // While web is away the tunnel ends and exchange forgets it.
    portal.held = { accounts: [], tunnels: [] };
    portal.clock.pass(600_000);
    await portal.restartWeb();
    expect(await entries(anna)).toMatchObject([{ ended: "tunnelLost", received: 0, sent: 0 }]);
    const { status } = await anna.put(`/history/${intent}`, reportOf(began + 120_000));
    expect(status).toBe(200);
    const filled = {
      until: new Date(began + 120_000).toISOString(),
      received: 5000,
      sent: 700,
      ended: "proxyUnreachable",
    };
    expect(await entries(anna)).toMatchObject([filled]);
    await anna.put(`/history/${intent}`, reportOf(began + 300_000, { received: 9, ended: null }));
    expect(await entries(anna)).toMatchObject([filled]);
    const audit = portal.store.db.selectFrom("audit").selectAll().where("action", "=", "historyReported");
    expect(await audit.execute()).toHaveLength(1);
  });

  it.each([
    ["before the beginning", -3_600_000, 0],
    ["in the future", 3_600_000, 60_000],
  ])("does not believe an end %s", async (_, offset, expected) => {
    await dialled();
    const intent = await connect();
    const began = portal.clock.now();
    portal.clock.pass(60_000);
    await anna.put(`/history/${intent}`, reportOf(began + offset));
    expect((await entries(anna))[0]?.until).toBe(new Date(began + expected).toISOString());
  });

  it("keeps what the portal saw itself", async () => {
    await dialled();
    const intent = await connect();
    await anna.post(`/machines/${machines[0]?.id}/disconnect`, { tunnel: null });
    const seen = await entries(anna);
    expect((await anna.put(`/history/${intent}`, reportOf(portal.clock.now() - 1000))).status).toBe(200);
    expect(await entries(anna)).toEqual(seen);
  });

  it("takes reports of one's own agent alone", async () => {
    await dialled();
    const intent = await connect();
    const report = reportOf(portal.clock.now());
    const page = await signInOnPage(new TestClient(portal), "Nordwerk", "anna", password);
    expect((await page.put(`/history/${intent}`, report)).body.cause).toBe("signedOut");
    const bo = await signedIn(portal, "Nordwerk", "bo");
    expect((await bo.put(`/history/${intent}`, report)).body.cause).toBe("notFound");
    const bad = { ...report, until: "2026-13-41T25:61:61.000Z" };
    expect((await anna.put(`/history/${intent}`, bad)).body.cause).toBe("badRequest");
    expect((await entries(anna))[0]?.until).toBeNull();
  });
});
