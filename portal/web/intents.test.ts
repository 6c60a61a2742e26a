import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Account } from "./store/accounts.ts";
import { addGrant, listGrants, removeGrant } from "./store/grants.ts";
import type { Machine } from "./store/machines.ts";
import { removeMachine } from "./store/machines.ts";
import { addNetwork, setSourceNat } from "./store/networks.ts";
import { setDisabled } from "./store/users.ts";
import type { TestClient } from "./testing/client.ts";
import { pageHeaders } from "./testing/client.ts";
import { askTicket, dial } from "./testing/dial.ts";
import { EventReader } from "./testing/event-reader.ts";
import type { FramePeer } from "./testing/frames.ts";
import { addGrantedMachine, addPerson, grantAll, password, signedIn } from "./testing/people.ts";
import { TestPortal } from "./testing/portal.ts";
import { enrolledRouter } from "./testing/router.ts";

const everything = { networks: null, tunnel: null, orderNumber: "4711", reason: "drive trips" };

describe("a Connect", () => {
  let portal: TestPortal;
  let account: Account;
  let front: FramePeer;
  let machine: Machine;
  let anna: TestClient;
  beforeEach(async () => {
    portal = await TestPortal.start();
    account = await portal.addAccount("Nordwerk");
    for (const name of ["anna", "bo"]) await addPerson(portal, "Nordwerk", name);
    machine = await addGrantedMachine(portal, "Nordwerk", "M-17", "192.168.0.0/24", ["anna"]);
    front = await portal.front();
    anna = await signedIn(portal, "Nordwerk", "anna");
  });
  afterEach(() => portal.stop());

  const connect = (client: TestClient, body: object = everything) =>
    client.post(`/machines/${machine.id}/connect`, body);
  const ended = (tunnel: string) => ({ account: account.id, tunnel, received: 0, sent: 0, seconds: 0 });
  const lastFlows = () => {
    const sets = portal.exchange.seen.filter(({ type }) => type === "setFlows");
    return (sets.at(-1)?.flows ?? []) as readonly { readonly destination: string; readonly tunnel: string }[];
  };
  const pageOf = async (user: string) => {
    const page = { account: "Nordwerk", user, password, client: "page", device: "browser", remember: false };
    const signIn = await anna.with({ ...pageHeaders, authorization: "" }).post("/login", page);
    const cookie = String(signIn.headers["set-cookie"]).split(";")[0] ?? "";
    return anna.with({ ...pageHeaders, authorization: "", cookie });
  };
  /** anna's tunnel and the machine's router stand. */
  const ready = async () => {
    const router = await enrolledRouter(portal, front, machine);
    const ticket = await askTicket(anna);
    await dial(portal, front, ticket);
    return { ticket, router };
  };

  it("opens the granted flows and the echo, then tells the agent of that person", async () => {
    const { ticket } = await ready();
    const events = await EventReader.open(portal, anna);
    const { body } = await connect(anna);
    expect(body).toMatchObject({ tunnel: ticket.id, machineName: "M-17", networks: [{ network: "192.168.0.0/24" }] });
    const [router] = body.router as [string, string];
    expect(lastFlows()).toEqual([
      { tunnel: ticket.id, destination: `${router}/32`, protocol: "udp", ports: [6477, 6477] },
      { tunnel: ticket.id, destination: "192.168.0.0/24", protocol: "any", ports: null },
    ]);
    await events.expect({ type: "intent", intent: body.id, tunnel: ticket.id });
    expect((await anna.get(`/intents/${body.id}`)).body).toEqual(body);
    expect((await anna.get(`/machines/${machine.id}`)).body.present).toEqual(["anna"]);
  });

  it("again is the same connection", async () => {
    await ready();
    expect((await connect(anna)).body.id).toBe((await connect(anna)).body.id);
  });

  it("tells its order and reason to the agent that fetches it, and to nobody else", async () => {
    await ready();
    await grantAll(portal, "Nordwerk", "bo", "M-17");
    const bo = await signedIn(portal, "Nordwerk", "bo");
    const [atAnna, atBo] = [await EventReader.open(portal, anna), await EventReader.open(portal, bo)];
    const { body } = await connect(anna);
    await atAnna.expect({ type: "intent", intent: body.id });
    await atBo.expect({ type: "machineChanged" }, (event) => event.machine.present.includes("anna"));
    expect((await anna.get(`/intents/${body.id}`)).body).toMatchObject({ orderNumber: "4711", reason: "drive trips" });
    expect((await bo.get(`/intents/${body.id}`)).status).toBe(404);
    expect(JSON.stringify([...atAnna.events, ...atBo.events])).not.toMatch(/4711|drive trips/);
  });

  it("again without an order leaves the one that was written, and takes a new one into the history", async () => {
    await ready();
    await connect(anna);
    expect((await connect(anna, { ...everything, orderNumber: "", reason: "" })).body.orderNumber).toBe("4711");
    expect((await connect(anna, { ...everything, orderNumber: "4712" })).body.reason).toBe("drive trips");
    const { body } = await anna.get("/history");
    expect(body.connections).toMatchObject([{ orderNumber: "4712", reason: "drive trips" }]);
  });

  it("says which thing is missing", async () => {
    const cause = async (body: object = everything, client = anna) => (await connect(client, body)).body.cause;
    expect(await cause()).toBe("machineOffline");
    const { ticket } = await ready();
    expect(await cause({ ...everything, networks: ["10.9.9.0/24"] })).toBe("networkUnknown");
    expect(await cause({ ...everything, tunnel: "unknown" })).toBe("dialFirst");
    const bo = await signedIn(portal, "Nordwerk", "bo");
    expect(await cause(everything, bo)).toBe("machineUnknown");
    expect((await anna.post("/machines/unknown/connect", everything)).body.cause).toBe("machineUnknown");
    await grantAll(portal, "Nordwerk", "bo", "M-17");
    expect(await cause(everything, bo)).toBe("dialFirst");
    expect(await cause({ ...everything, tunnel: ticket.id }, bo)).toBe("dialFirst");
    const second = await askTicket(anna);
    await dial(portal, front, second);
    expect(await cause()).toBe("severalTunnels");
    expect((await connect(anna, { ...everything, tunnel: second.id })).body.tunnel).toBe(second.id);
  });

  it("tells a network without rights from one that is not there", async () => {
    await addNetwork(portal.admin, "Nordwerk", "M-17", "192.168.1.0/24", "best");
    const [grant] = await listGrants(portal.store.db, account.id);
    await removeGrant(portal.admin, "Nordwerk", grant?.id ?? "");
    const narrow = { user: "anna", machine: "M-17", protocol: null, ports: null, until: null, destination: null };
    await addGrant(portal.admin, "Nordwerk", { ...narrow, network: "192.168.1.0/24" });
    await ready();
    const other = await connect(anna, { ...everything, networks: ["192.168.0.0/24"] });
    expect(other).toMatchObject({ status: 403, body: { cause: "rightsMissing" } });
    expect((await connect(anna)).body.networks).toEqual([{ network: "192.168.1.0/24", standIn: null, only: null }]);
  });

  it("from a page reaches the agent, and the page sees what the agent reports", async () => {
    const { ticket } = await ready();
    const browser = await pageOf("anna");
    const [atAgent, atPage] = [await EventReader.open(portal, anna), await EventReader.open(portal, browser)];
    const { body } = await connect(browser);
    await atAgent.expect({ type: "intent", intent: body.id, tunnel: ticket.id });
    const state = { state: "connected", cause: null, roundTripMs: 41 };
    expect((await browser.put(`/intents/${body.id}/state`, state)).status).toBe(401);
    expect((await anna.put(`/intents/${body.id}/state`, state)).status).toBe(200);
    const told = await atPage.expect({ type: "intentState", intent: body.id });
    expect(told).toMatchObject({ machine: machine.id, state });
    expect(atPage.events.some(({ type }) => type === "intent")).toBe(false);
    expect((await browser.post(`/machines/${machine.id}/disconnect`, { tunnel: null })).status).toBe(200);
    await atAgent.expect({ type: "intentEnded", intent: body.id, cause: null });
    expect(lastFlows()).toEqual([]);
  });

  it("from before a page was opened stands in its list with what the laptop said last, for its owner alone", async () => {
    const { ticket, router } = await ready();
    await grantAll(portal, "Nordwerk", "bo", "M-17");
    const { body } = await connect(anna);
    const list = async (client: TestClient, query = "") => (await client.get(`/machines${query}`)).body.connections;
    const own = { machine: machine.id, intent: body.id, tunnel: ticket.id };
    const browser = await pageOf("anna");
    expect(await list(browser)).toEqual([{ ...own, state: null }]);
    const state = { state: "connected", cause: null, roundTripMs: 41 };
    await anna.put(`/intents/${body.id}/state`, state);
    expect(await list(browser, "?search=nothing-like-that")).toEqual([{ ...own, state }]);
    expect(await list(await pageOf("bo"))).toEqual([]);
    // An agent knows its own.
    expect(await list(anna)).toBeUndefined();
    const held = (tunnel: string) => ({ tunnel, account: account.id, connected: true });
    portal.held = { accounts: [account.id], tunnels: [held(ticket.id), held(router.ticket.id)] };
    await portal.restartWeb();
    expect(await list(browser)).toEqual([{ ...own, state }]);
    await anna.post(`/machines/${machine.id}/disconnect`, { tunnel: null });
    expect(await list(browser)).toEqual([]);
  });

  it("whose laptop found that the networks collide shows nobody at the machine, until it is cured", async () => {
    await ready();
    const bo = await signedIn(portal, "Nordwerk", "bo");
    await grantAll(portal, "Nordwerk", "bo", "M-17");
    const events = await EventReader.open(portal, bo);
    const { body } = await connect(anna);
    const report = (state: string, cause: string | null) =>
      anna.put(`/intents/${body.id}/state`, { state, cause, roundTripMs: null });
    const present = async () => (await bo.get(`/machines/${machine.id}`)).body.present;
    expect(await present()).toEqual(["anna"]);
    await report("overlapping", "overlap");
    expect(await present()).toEqual([]);
    await events.expect({ type: "machineChanged" }, (event) => event.machine.present.length === 0);
    await report("routing", null);
    expect(await present()).toEqual(["anna"]);
  });

  it("is cut when the grant is taken back", async () => {
    await ready();
    const events = await EventReader.open(portal, anna);
    const { body } = await connect(anna);
    const [grant] = await listGrants(portal.store.db, account.id);
    await removeGrant(portal.admin, "Nordwerk", grant?.id ?? "");
    await portal.changed();
    expect(lastFlows()).toEqual([]);
    await events.expect({ type: "intentEnded", intent: body.id, cause: "revoked" });
    await events.expect({ type: "machineRemoved", machine: machine.id });
    expect((await anna.get(`/intents/${body.id}`)).status).toBe(404);
  });

  it("loses the part that is taken back and keeps the rest", async () => {
    await addNetwork(portal.admin, "Nordwerk", "M-17", "192.168.1.0/24", "best");
    await ready();
    const [whole] = await listGrants(portal.store.db, account.id);
    const { body } = await connect(anna);
    expect(body.networks).toHaveLength(2);
    const wish = { user: "anna", machine: "M-17", destination: "192.168.1.10", network: null, until: null };
    await addGrant(portal.admin, "Nordwerk", { ...wish, protocol: "tcp", ports: [80, 80] });
    await removeGrant(portal.admin, "Nordwerk", whole?.id ?? "");
    await portal.changed();
    expect(lastFlows().map(({ destination }) => destination)).toEqual([expect.any(String), "192.168.1.10/32"]);
    expect((await anna.get(`/intents/${body.id}`)).body.networks).toHaveLength(1);
  });

  it("is cut when its grant ends by the clock", async () => {
    const [whole] = await listGrants(portal.store.db, account.id);
    await removeGrant(portal.admin, "Nordwerk", whole?.id ?? "");
    const until = portal.clock.now() + 3_600_000;
    const wish = { user: "anna", machine: "M-17", destination: null, network: null, protocol: null, ports: null };
    await addGrant(portal.admin, "Nordwerk", { ...wish, until });
    await ready();
    const events = await EventReader.open(portal, anna);
    const { body } = await connect(anna);
    portal.clock.pass(3_600_000);
    await events.expect({ type: "intentEnded", intent: body.id, cause: "revoked" });
    expect(lastFlows()).toEqual([]);
  });

  it("is cut, tunnel and all, when the user is disabled", async () => {
    const { ticket } = await ready();
    const events = await EventReader.open(portal, anna);
    await connect(anna);
    await setDisabled(portal.admin, "Nordwerk", "anna", "disabled");
    await portal.changed();
    await portal.exchange.expect({ type: "closeTunnel", tunnel: ticket.id, reason: "revoked" });
    await events.expect({ type: "tunnelEnded", tunnel: ticket.id, cause: "revoked" });
    await events.expect({ type: "signedOut", cause: "revoked" });
    await events.closed;
    expect(lastFlows()).toEqual([]);
    expect((await anna.get("/me")).status).toBe(401);
  });

  it("is cut when the machine is removed, and its router too", async () => {
    const { router } = await ready();
    const events = await EventReader.open(portal, anna);
    const { body } = await connect(anna);
    await removeMachine(portal.admin, "Nordwerk", "M-17");
    await portal.changed();
    await portal.exchange.expect({ type: "closeTunnel", tunnel: router.ticket.id, reason: "revoked" });
    await events.expect({ type: "intentEnded", intent: body.id, cause: "revoked" });
    expect(lastFlows()).toEqual([]);
  });

  it("outlives a router that dials anew, and ends when the router stays away", async () => {
    const { router } = await ready();
    const events = await EventReader.open(portal, anna);
    const { body } = await connect(anna);
    const fall = (tunnel: string) => {
      const counters = { received: 0, sent: 0, seconds: 1, detail: "" };
      portal.exchange.say({ type: "tunnelClosed", account: account.id, tunnel, ...counters });
    };
    fall(router.ticket.id);
    const offline = await events.expect({ type: "machineChanged" }, ({ machine: view }) => view.online === false);
    expect(offline).toBeDefined();
    const again = await router.dialAgain();
    portal.clock.pass(61_000);
    expect((await anna.get(`/intents/${body.id}`)).status).toBe(200);
    fall(again.id);
    await events.expect({ type: "machineChanged" }, ({ machine: view }) => view.online === false, offline);
    portal.clock.pass(60_000);
    await events.expect({ type: "intentEnded", intent: body.id, cause: "machineOffline" });
  });

  it("makes the router dial anew when its networks changed", async () => {
    const { router } = await ready();
    await setSourceNat(portal.admin, "Nordwerk", "M-17", "192.168.0.0/24", "on");
    await portal.changed();
    await portal.exchange.expect({ type: "closeTunnel", tunnel: router.ticket.id, reason: "tunnelReplaced" });
  });

  it("ends with its tunnel and stands in the history with what that carried", async () => {
    const { ticket } = await ready();
    const carried = (received: number, sent: number) => ({ account: account.id, tunnel: ticket.id, received, sent });
    portal.exchange.say({ type: "tunnelTraffic", ...carried(1000, 100) });
    await dial(portal, front, await askTicket(anna));
    await connect(anna, { ...everything, tunnel: ticket.id });
    portal.clock.pass(60_000);
    const events = await EventReader.open(portal, anna);
    portal.exchange.say({ type: "tunnelClosed", ...carried(5000, 900), seconds: 60, detail: "" });
    await events.expect({ type: "intentEnded", cause: "tunnelLost" });
    const { body } = await anna.get("/history");
    expect(body.connections).toMatchObject([
      {
        ...{ user: "anna", machine: "M-17", laptop: "L-1", received: 800, sent: 4000, ended: "tunnelLost" },
        ...{ orderNumber: "4711", reason: "drive trips", networks: [{ network: "192.168.0.0/24", standIn: null }] },
        ...{ from: "2026-11-21T12:00:00.000Z", until: "2026-11-21T12:01:00.000Z" },
      },
    ]);
  });

  it("shorter than the pause between two counts stands in the history with what it carried", async () => {
    const { ticket } = await ready();
    const count = (received: number, sent: number) =>
      portal.exchange.say({ type: "tunnelTraffic", account: account.id, tunnel: ticket.id, received, sent });
    const bytes = async () => ((await anna.get("/history")).body.connections as readonly unknown[])[0];
    await connect(anna);
    await anna.post(`/machines/${machine.id}/disconnect`, { tunnel: null });
    expect(await bytes()).toMatchObject({ received: 0, sent: 0 });
    count(40, 20);
    await expect.poll(bytes).toMatchObject({ received: 20, sent: 40 });
    count(400, 200);
    portal.exchange.say({ type: "tunnelClosed", ...ended(ticket.id), detail: "the server died" });
    await expect.poll(async () => (await anna.get("/tunnels")).body.tunnels).toEqual([]);
    expect(await bytes()).toMatchObject({ received: 20, sent: 40 });
  });

  it("is open again after web was killed", async () => {
    const { ticket, router } = await ready();
    const { body } = await connect(anna);
    const held = (tunnel: string) => ({ tunnel, account: account.id, connected: true });
    portal.held = { accounts: [account.id], tunnels: [held(ticket.id), held(router.ticket.id)] };
    await portal.restartWeb();
    expect(lastFlows()).toHaveLength(2);
    expect((await anna.get(`/intents/${body.id}`)).body).toEqual(body);
    expect((await anna.get(`/machines/${machine.id}`)).body).toMatchObject({ online: true, present: ["anna"] });
  });
});
