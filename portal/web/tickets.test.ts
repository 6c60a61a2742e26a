import { X509Certificate } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Account } from "./store/accounts.ts";
import { addressToNumber } from "./store/addresses.ts";
import { setDisabled } from "./store/users.ts";
import type { TestClient } from "./testing/client.ts";
import { admit, askTicket, authorise, dial } from "./testing/dial.ts";
import type { FramePeer } from "./testing/frames.ts";
import { addPerson, signedIn } from "./testing/people.ts";
import { TestPortal } from "./testing/portal.ts";

describe("a ticket", () => {
  let portal: TestPortal;
  let account: Account;
  let front: FramePeer;
  let anna: TestClient;
  let bo: TestClient;
  beforeEach(async () => {
    portal = await TestPortal.start();
    account = await portal.addAccount("Nordwerk");
    for (const name of ["anna", "bo"]) await addPerson(portal, "Nordwerk", name);
    front = await portal.front();
    [anna, bo] = await Promise.all([signedIn(portal, "Nordwerk", "anna"), signedIn(portal, "Nordwerk", "bo")]);
  });
  afterEach(() => portal.stop());

  it("names a free address in both slices, a MAC of its own and the portal's ports in their order", async () => {
    const ticket = await askTicket(anna);
    const [first, second] = ticket.slices;
    expect([first?.network, second?.network]).toEqual([account.slice, account.second_slice]);
    const offset = (index: number) => {
      const { network = "", address = "" } = ticket.slices[index] ?? {};
      return addressToNumber(address) - addressToNumber(network.split("/")[0] ?? "");
    };
    expect(offset(0)).toBe(offset(1));
    expect(offset(0)).toBeGreaterThanOrEqual(16);
    expect(offset(0)).toBeLessThan(2048);
    expect(Number.parseInt(ticket.mac.slice(0, 2), 16) & 3).toBe(2);
    expect(ticket.endpoints).toEqual([1194, 443, 80].map((port) => ({ host: "portal.example", port })));
    const authority = new X509Certificate(ticket.server.authority);
    expect(new X509Certificate(account.server_certificate).verify(authority.publicKey)).toBe(true);
    const opened = await portal.exchange.expect({ type: "openTunnel" });
    expect(opened.tunnel).toMatchObject({ tunnel: ticket.id, device: "tap", mac: ticket.mac });
  });

  it("names first the address by which the asker reached us", async () => {
    const { endpoints } = await askTicket(anna.with({ host: "192.0.2.10:443" }));
    expect(endpoints.map(({ host }) => host)).toEqual([
      ...Array(3).fill("192.0.2.10"),
      ...Array(3).fill("portal.example"),
    ]);
    expect((await askTicket(anna.with({ host: "evil.example" }))).endpoints[0]?.host).toBe("portal.example");
  });

  it("opens one tunnel, once", async () => {
    const ticket = await askTicket(anna);
    await dial(portal, front, ticket);
    expect((await anna.get("/tunnels")).body.tunnels).toMatchObject([{ id: ticket.id, laptop: "L-1" }]);
    expect((await bo.get("/tunnels")).body.tunnels).toEqual([]);
    expect((await admit(portal, front, ticket)).answer).toMatchObject({ type: "refused", cause: "ticketRefused" });
    expect(await authorise(portal, ticket, 1)).toMatchObject({ type: "deny", cause: "ticketRefused" });
  });

  it("is admitted on one connection at a time", async () => {
    const ticket = await askTicket(anna);
    const first = await admit(portal, front, ticket);
    expect(first.answer.type).toBe("admitted");
    expect((await admit(portal, front, ticket)).answer.type).toBe("refused");
    front.say({ type: "ended", id: first.id, received: 0, sent: 0 });
    expect((await admit(portal, front, ticket)).answer.type).toBe("admitted");
  });

  it("is void after a minute, and its server is closed", async () => {
    const ticket = await askTicket(anna);
    portal.clock.pass(60_000);
    await portal.exchange.expect({ type: "closeTunnel", tunnel: ticket.id });
    expect((await admit(portal, front, ticket)).answer).toMatchObject({ cause: "ticketRefused" });
    expect(await authorise(portal, ticket, 1)).toMatchObject({ cause: "ticketRefused" });
  });

  it("is not authorised over another connection than the one front reported", async () => {
    const ticket = await askTicket(anna);
    const { id } = await admit(portal, front, ticket);
    front.say({ type: "opened", id, sourcePort: 4711 });
    expect(await authorise(portal, ticket, 4712)).toMatchObject({ type: "deny", cause: "ticketRefused" });
    // Whoever that was did not use it up.
    expect(await authorise(portal, ticket, 4711)).toMatchObject({ type: "allow", networks: [], address: null });
  });

  it("is used up by a wrong password", async () => {
    const ticket = await askTicket(anna);
    const { id } = await admit(portal, front, ticket);
    front.say({ type: "opened", id, sourcePort: 4711 });
    expect(await authorise(portal, ticket, 4711, { password: "guess" })).toMatchObject({ type: "deny" });
    expect(await authorise(portal, ticket, 4711)).toMatchObject({ type: "deny" });
  });

  it("of another user or account does not fit", async () => {
    const [own, foreign] = [await askTicket(anna), await askTicket(bo)];
    const { id } = await admit(portal, front, own);
    front.say({ type: "opened", id, sourcePort: 4711 });
    const mixed = { credentials: { username: own.credentials.username, password: foreign.credentials.password } };
    expect(await authorise(portal, mixed, 4711)).toMatchObject({ type: "deny" });
    expect(await authorise(portal, foreign, 4711, { account: "another" })).toMatchObject({ type: "deny" });
  });

  it("of a user who was disabled meanwhile opens nothing", async () => {
    const ticket = await askTicket(anna);
    const { id } = await admit(portal, front, ticket);
    front.say({ type: "opened", id, sourcePort: 4711 });
    await setDisabled(portal.admin, "Nordwerk", "anna", "disabled");
    expect(await authorise(portal, ticket, 4711)).toMatchObject({ type: "deny", cause: "revoked" });
  });

  it("renegotiates by its live tunnel, and no longer once that has ended", async () => {
    const ticket = await askTicket(anna);
    const { id } = await admit(portal, front, ticket);
    front.say({ type: "opened", id, sourcePort: 4711 });
    expect(await authorise(portal, ticket, 4711, { again: true })).toMatchObject({ type: "deny" });
    await authorise(portal, ticket, 4711);
    portal.clock.pass(3_600_000);
    expect(await authorise(portal, ticket, 4711, { again: true })).toMatchObject({ type: "allow" });
    const gone = { received: 1, sent: 2, seconds: 3, detail: "" };
    portal.exchange.say({ type: "tunnelClosed", account: account.id, tunnel: ticket.id, ...gone });
    expect(await authorise(portal, ticket, 4711, { again: true })).toMatchObject({ type: "deny" });
  });

  it("ends the tunnel that it replaces, if that is one's own", async () => {
    const [first, others] = [await askTicket(anna), await askTicket(bo)];
    await dial(portal, front, first);
    await dial(portal, front, others);
    await askTicket(anna, others.id);
    await askTicket(anna, first.id);
    await portal.exchange.expect({ type: "closeTunnel", tunnel: first.id, reason: "tunnelReplaced" });
    expect((await bo.get("/tunnels")).body.tunnels).toHaveLength(1);
    expect((await anna.get("/tunnels")).body.tunnels).toEqual([]);
  });

  it("is drawn sixteen times at most; then the oldest spare one is void", async () => {
    const tickets = [];
    for (let count = 0; count < 17; count++) tickets.push(await askTicket(anna));
    await portal.exchange.expect({ type: "closeTunnel", tunnel: tickets[0]?.id ?? "" });
    const addresses = tickets.slice(1).map(({ slices }) => slices[0]?.address);
    expect(new Set(addresses).size).toBe(16);
  });

  it("waits for exchange when exchange is away for a moment", async () => {
    portal.exchange.end();
    let away = true;
    const back = portal.exchangeArrives().then(() => {
      away = false;
    });
    const ticket = await askTicket(anna);
    const admission = admit(portal, front, ticket);
    while (away) {
      portal.clock.pass(10);
      await setImmediate();
    }
    await back;
    expect((await admission).answer).toMatchObject({ type: "admitted", address: "169.254.65.1" });
  });

  it("lives on when web starts anew", async () => {
    const [used, spare] = [await askTicket(anna), await askTicket(anna)];
    const { id } = await admit(portal, front, used);
    front.say({ type: "opened", id, sourcePort: 4711 });
    await authorise(portal, used, 4711);
    portal.held = {
      accounts: [account.id],
      tunnels: [
        { tunnel: used.id, account: account.id, connected: true },
        { tunnel: "unknown", account: account.id, connected: true },
      ],
    };
    await portal.restartWeb();
    await portal.exchange.expect({ type: "closeTunnel", tunnel: "unknown" });
    await portal.exchange.expect({ type: "setFlows", account: account.id });
    expect((await anna.get("/tunnels")).body.tunnels).toMatchObject([{ id: used.id }]);
    expect(await authorise(portal, used, 4711, { again: true })).toMatchObject({ type: "allow" });
    expect((await admit(portal, await portal.front(), spare)).answer.type).toBe("admitted");
  });

  it("of a tunnel that fell while web was away is over", async () => {
    const ticket = await askTicket(anna);
    await dial(portal, front, ticket);
    portal.held = { accounts: [account.id], tunnels: [] };
    await portal.restartWeb();
    expect((await anna.get("/tunnels")).body.tunnels).toEqual([]);
  });
});
