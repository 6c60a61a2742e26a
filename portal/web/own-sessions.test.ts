import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decoder } from "../../contract/decoder.ts";
import { SessionList } from "../../contract/portal.ts";
import { login, pageHeaders, signInOnPage, TestClient, withCookie } from "./testing/client.ts";
import { askTicket, dial } from "./testing/dial.ts";
import { EventReader } from "./testing/event-reader.ts";
import { addPerson, password, signedIn } from "./testing/people.ts";
import { TestPortal } from "./testing/portal.ts";

const decodeList = decoder("portal", SessionList);

describe("one's own sessions", () => {
  let portal: TestPortal;
  let stranger: TestClient;
  let anna: TestClient;
  let page: TestClient;
  beforeEach(async () => {
    portal = await TestPortal.start();
    await portal.addAccount("Nordwerk");
    for (const name of ["anna", "bo"]) await addPerson(portal, "Nordwerk", name);
    stranger = new TestClient(portal);
    anna = await signedIn(portal, "Nordwerk", "anna");
    portal.clock.pass(1000);
    page = await signInOnPage(stranger, "Nordwerk", "anna", password);
  });
  afterEach(() => portal.stop());

  const list = async (client: TestClient) => decodeList((await client.get("/sessions")).body);
  /** Signs in on a laptop that is remembered. */
  const remembered = async () => {
    const { body } = await stranger.post(
      "/login",
      login("Nordwerk", "anna", password, { remember: true, device: "L-2" }),
    );
    return stranger.with({ authorization: `Bearer ${body.token}` });
  };

  it("are listed with where and since when, and which one asks; nobody else's, no token, none that is over", async () => {
    await signedIn(portal, "Nordwerk", "bo");
    const { sessions, devices } = await list(page);
    expect(sessions.map(({ client, device, current }) => [client, device, current])).toEqual([
      ["page", "browser", true],
      ["agent", "laptop", false],
    ]);
    expect(sessions[0]).toMatchObject({ address: "198.51.100.7", created: new Date(portal.clock.now()).toISOString() });
    expect(devices).toEqual([]);
    portal.clock.pass(11 * 3_600_000);
    const late = await signedIn(portal, "Nordwerk", "anna");
    portal.clock.pass(3_600_000);
    expect((await list(late)).sessions).toHaveLength(1);
  });

  it("end one by one: the web, the event stream and the tunnel with it", async () => {
    const ticket = await askTicket(anna);
    await dial(portal, await portal.front(), ticket);
    const events = await EventReader.open(portal, anna);
    await events.expect({ type: "resync" });
    const other = (await list(page)).sessions.find(({ client }) => client === "agent");
    expect((await page.post(`/sessions/${other?.id}/end`, {})).body).toEqual({ done: true });
    await portal.exchange.expect({ type: "closeTunnel", tunnel: ticket.id, reason: "revoked" });
    await events.expect({ type: "tunnelEnded", tunnel: ticket.id, cause: "revoked" });
    await events.expect({ type: "signedOut", cause: "revoked" });
    await events.closed;
    expect((await anna.get("/me")).body.cause).toBe("signedOut");
    expect((await list(page)).sessions).toHaveLength(1);
    const audit = await portal.store.db.selectFrom("audit").selectAll().where("action", "=", "sessionEnded").execute();
    expect(audit).toMatchObject([{ actor: "user:anna", address: "198.51.100.7", target: "anna" }]);
  });

  it("are nobody else's: another's session or device is answered as one that is not there", async () => {
    await remembered();
    const { sessions, devices } = await list(anna);
    const bo = await signedIn(portal, "Nordwerk", "bo");
    const answers = new Set<string>();
    for (const id of [...sessions.map((session) => session.id), "unknown"]) {
      const { status, text } = await bo.post(`/sessions/${id}/end`, {});
      answers.add(`${status} ${text}`);
    }
    expect([...answers]).toEqual(['404 {"cause":"notFound","detail":""}']);
    const forgets = new Set<string>();
    for (const id of [devices[0]?.id, "unknown"]) {
      const { status, body } = await bo.post(`/devices/${id}/forget`, {});
      forgets.add(`${status} ${body.cause}`);
    }
    expect([...forgets]).toEqual(["404 notFound"]);
    expect(await list(anna)).toEqual({ sessions, devices });
  });

  it("end with the device that began them when it is forgotten", async () => {
    const laptop = await remembered();
    const [device] = (await list(page)).devices;
    expect(device).toMatchObject({ name: "L-2" });
    await page.post(`/devices/${device?.id}/forget`, {});
    expect((await laptop.get("/me")).body.cause).toBe("signedOut");
    expect(await list(page)).toMatchObject({ devices: [], sessions: [{ client: "page" }, { client: "agent" }] });
  });

  it("end, the page's with the agent's that it came out of", async () => {
    const { code } = (await anna.post("/hand-overs", {})).body;
    const browser = stranger.with(pageHeaders);
    const child = withCookie(browser, await browser.post("/login/hand-over", { code }));
    const own = (await list(child)).sessions;
    expect(own.find(({ current }) => current)).toMatchObject({ client: "page", device: "laptop" });
    const parent = own.find(({ client }) => client === "agent");
    await page.post(`/sessions/${parent?.id}/end`, {});
    expect((await child.get("/me")).body.cause).toBe("signedOut");
  });

  it("are ended by no other site", async () => {
    const [own] = (await list(page)).sessions;
    for (const headers of [{ origin: "https://evil.example" }, { "x-anslut": "0" }]) {
      expect((await page.with(headers).post(`/sessions/${own?.id}/end`, {})).body.cause).toBe("forbidden");
      expect((await page.with(headers).post("/password", { password, next: "x" })).body.cause).toBe("forbidden");
      expect((await page.with(headers).post("/second-factor", { password })).body.cause).toBe("forbidden");
    }
    expect((await list(page)).sessions).toHaveLength(2);
  });
});
