import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeAccount } from "./store/accounts.ts";
import { removeDevice } from "./store/devices.ts";
import { removeUser, setPassword } from "./store/users.ts";
import { login, TestClient } from "./testing/client.ts";
import { askTicket, dial } from "./testing/dial.ts";
import { EventReader } from "./testing/event-reader.ts";
import { addGrantedMachine, addPerson, grantAll, password, signedIn } from "./testing/people.ts";
import { TestPortal } from "./testing/portal.ts";

describe("what an administrator changes while the portal runs", () => {
  let portal: TestPortal;
  let account: string;
  let anna: TestClient;
  beforeEach(async () => {
    portal = await TestPortal.start();
    account = (await portal.addAccount("Nordwerk")).id;
    await addPerson(portal, "Nordwerk", "anna");
    anna = await signedIn(portal, "Nordwerk", "anna");
  });
  afterEach(() => portal.stop());

  it("a new account stands in exchange when the command returns", () => {
    const asked = portal.exchange.seen.find(({ type }) => type === "ensureAccount");
    expect(asked?.account).toMatchObject({ account, slices: [expect.any(String), expect.any(String)] });
  });

  it("a removed account is gone with its tunnels, sessions and streams", async () => {
    const ticket = await askTicket(anna);
    await dial(portal, await portal.front(), ticket);
    const events = await EventReader.open(portal, anna);
    await removeAccount(portal.admin, "Nordwerk");
    await portal.changed();
    await portal.exchange.expect({ type: "closeTunnel", tunnel: ticket.id, reason: "revoked" });
    await portal.exchange.expect({ type: "removeAccount", account });
    await events.closed;
    expect((await anna.get("/me")).status).toBe(401);
    await portal.restartWeb();
    expect(portal.exchange.seen.filter(({ type }) => type === "ensureAccount")).toEqual([]);
  });

  it("a grant shows the machine at once to who has the list open", async () => {
    const machine = await addGrantedMachine(portal, "Nordwerk", "M-17", "192.168.0.0/24", []);
    const events = await EventReader.open(portal, anna);
    await grantAll(portal, "Nordwerk", "anna", "M-17");
    await portal.changed();
    const shown = await events.expect({ type: "machineChanged" });
    expect(shown.machine).toMatchObject({ id: machine.id, name: "M-17", online: false });
  });

  it.each([
    ["removed user", () => removeUser(portal.admin, "Nordwerk", "anna")],
    ["new password", () => setPassword(portal.admin, "Nordwerk", "anna", "another long password")],
  ])("a %s ends session, stream and tunnel", async (_, change) => {
    const ticket = await askTicket(anna);
    await dial(portal, await portal.front(), ticket);
    const events = await EventReader.open(portal, anna);
    await change();
    await portal.changed();
    await portal.exchange.expect({ type: "closeTunnel", tunnel: ticket.id, reason: "revoked" });
    await events.closed;
    expect((await anna.get("/me")).status).toBe(401);
  });

  it("a forgotten device ends the tunnel that it dialled, and no other", async () => {
    const { body } = await new TestClient(portal).post(
      "/login",
      login("Nordwerk", "anna", password, { remember: true }),
    );
    const remembered = new TestClient(portal).with({ authorization: `Bearer ${body.token}` });
    const front = await portal.front();
    const [own, other] = [await askTicket(remembered), await askTicket(anna)];
    await dial(portal, front, own);
    await dial(portal, front, other);
    const { id } = await portal.store.db.selectFrom("devices").select("id").executeTakeFirstOrThrow();
    await removeDevice(portal.admin, "Nordwerk", "anna", id);
    await portal.changed();
    await portal.exchange.expect({ type: "closeTunnel", tunnel: own.id, reason: "revoked" });
    expect((await anna.get("/tunnels")).body.tunnels).toMatchObject([{ id: other.id }]);
  });

  it("an expired session takes no tunnel with it", async () => {
    const ticket = await askTicket(anna);
    await dial(portal, await portal.front(), ticket);
    portal.clock.pass(13 * 3_600_000);
    const again = await signedIn(portal, "Nordwerk", "anna");
    await portal.changed();
    expect((await again.get("/tunnels")).body.tunnels).toMatchObject([{ id: ticket.id }]);
  });

  it("signing out ends the tunnel that the session dialled", async () => {
    const ticket = await askTicket(anna);
    await dial(portal, await portal.front(), ticket);
    await anna.post("/logout", {});
    await portal.exchange.expect({ type: "closeTunnel", tunnel: ticket.id, reason: "signedOut" });
  });
});
