import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256 } from "./store/random.ts";
import { setDisabled } from "./store/users.ts";
import type { Answer } from "./testing/client.ts";
import { login, pageHeaders, signInOnPage, TestClient, withCookie } from "./testing/client.ts";
import { EventReader } from "./testing/event-reader.ts";
import { addPerson, password, signedIn } from "./testing/people.ts";
import { TestPortal } from "./testing/portal.ts";

const minuteMs = 60_000;

describe("a hand-over from the agent to a page", () => {
  let portal: TestPortal;
  let page: TestClient;
  let anna: TestClient;
  beforeEach(async () => {
    portal = await TestPortal.start();
    await portal.addAccount("Nordwerk");
    for (const name of ["anna", "bo"]) await addPerson(portal, "Nordwerk", name);
    page = new TestClient(portal).with(pageHeaders);
    anna = await signedIn(portal, "Nordwerk", "anna");
  });
  afterEach(() => portal.stop());

  const draw = async (agent = anna) => String((await agent.post("/hand-overs", {})).body.code);
  const redeem = (code: string, client = page) => client.post("/login/hand-over", { code });
  const seen = ({ status, text, headers }: Answer) =>
    JSON.stringify({ status, text, headers: { ...headers, date: "" } });

  it("signs the page in as the same person, with a cookie of its own", async () => {
    const offer = await anna.post("/hand-overs", {});
    expect(offer.body).toEqual({
      code: expect.stringMatching(/^[\w-]{43}$/),
      expires: new Date(portal.clock.now() + minuteMs).toISOString(),
    });
    const answer = await redeem(String(offer.body.code));
    expect(answer.body).toMatchObject({ next: "signedIn", token: null, deviceToken: null });
    expect(String(answer.headers["set-cookie"])).toMatch(
      /^__Host-session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/,
    );
    const me = await withCookie(page, answer).get("/me");
    expect(me.body).toMatchObject({ account: "Nordwerk", user: "anna" });
  });

  it("keeps no code, only its hash, and writes none into the audit log", async () => {
    const code = await draw();
    await redeem(code);
    const rows = await portal.store.db.selectFrom("audit").selectAll().execute();
    expect(rows.map(({ action, result }) => `${action} ${result}`)).toContain("handOverSignIn done");
    const everything =
      JSON.stringify(rows) + JSON.stringify(await portal.store.db.selectFrom("sessions").selectAll().execute());
    for (const secret of [code, sha256(code)]) expect(everything).not.toContain(secret);
  });

  it("refuses what is used, too old, wrong or of a session that is over, with one and the same answer", async () => {
    const used = await draw();
    await redeem(used);
    const old = await draw();
    portal.clock.pass(minuteMs);
    const orphaned = await draw();
    await anna.post("/logout", {});
    const bo = await signedIn(portal, "Nordwerk", "bo");
    const disabled = await draw(bo);
    await setDisabled(portal.admin, "Nordwerk", "bo", "disabled");
    await portal.changed();
    const answers = [];
    for (const code of [used, old, orphaned, disabled, "guess", "A".repeat(43)]) answers.push(seen(await redeem(code)));
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain("credentialsRefused");
    expect(answers[0]).not.toContain("set-cookie");
  });

  it("is taken once, also when it comes twice at the same time", async () => {
    const code = await draw();
    const statuses = (await Promise.all([redeem(code), redeem(code), redeem(code)])).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 401, 401]);
  });

  it("is drawn by agents alone, and never by a page that came out of one", async () => {
    const child = withCookie(page, await redeem(await draw()));
    expect((await child.post("/hand-overs", {})).body.cause).toBe("signedOut");
    expect((await page.post("/hand-overs", {})).body.cause).toBe("signedOut");
    expect((await anna.post("/hand-overs", { user: "bo" })).body.cause).toBe("badRequest");
  });

  it("is not redeemed by another site, which would sign its victim in as somebody else", async () => {
    const code = await draw();
    const stranger = new TestClient(portal);
    for (const headers of [
      {},
      { "x-anslut": "1" },
      { origin: pageHeaders.origin },
      { ...pageHeaders, origin: "https://evil.example" },
    ]) {
      expect((await redeem(code, stranger.with(headers))).body.cause).toBe("forbidden");
    }
    expect((await redeem(code)).status).toBe(200);
  });

  it("ends whatever session the browser brought along", async () => {
    const before = await signInOnPage(new TestClient(portal), "Nordwerk", "bo", password);
    const events = await EventReader.open(portal, before);
    await events.expect({ type: "resync" });
    const after = withCookie(before, await redeem(await draw(), before));
    expect(after.headers.cookie).not.toBe(before.headers.cookie);
    expect((await before.get("/me")).status).toBe(401);
    expect((await after.get("/me")).body).toMatchObject({ user: "anna" });
    await events.closed;
  });

  it("begets a session that ends with the agent's, and no later", async () => {
    portal.clock.pass(11 * 60 * minuteMs);
    const child = withCookie(page, await redeem(await draw()));
    const events = await EventReader.open(portal, child);
    await events.expect({ type: "resync" });
    portal.clock.pass(59 * minuteMs);
    expect((await child.get("/me")).status).toBe(200);
    await anna.post("/logout", {});
    expect((await child.get("/me")).body.cause).toBe("signedOut");
    await events.expect({ type: "signedOut" });
    await events.closed;

    const again = await signedIn(portal, "Nordwerk", "anna");
    portal.clock.pass(11 * 60 * minuteMs);
    const second = withCookie(page, await redeem(await draw(again)));
    portal.clock.pass(60 * minuteMs);
    expect((await second.get("/me")).body.cause).toBe("signedOut");
  });

  it("of one account signs nobody in to another", async () => {
    await portal.addAccount("Globex");
    await addPerson(portal, "Globex", "anna");
    const other = await signedIn(portal, "Globex", "anna");
    const me = async (agent: TestClient) => (await withCookie(page, await redeem(await draw(agent))).get("/me")).body;
    expect(await me(other)).toMatchObject({ account: "Globex" });
    expect(await me(anna)).toMatchObject({ account: "Nordwerk" });
  });

  it("keeps the last few codes of a session only", async () => {
    const codes: string[] = [];
    for (let count = 0; count < 6; count++) codes.push(await draw());
    const statuses: number[] = [];
    for (const code of codes) statuses.push((await redeem(code)).status);
    expect(statuses).toEqual([401, 401, 200, 200, 200, 200]);
  });

  it("is locked for an address that guesses, without a word about it", async () => {
    const guesser = page.from("203.0.113.9");
    for (let count = 0; count < 30; count++) await redeem(`guess-${count}`, guesser);
    expect((await redeem(await draw(), guesser)).body.cause).toBe("credentialsRefused");
    const signIn = await guesser.post("/login", login("Nordwerk", "anna", password));
    expect(signIn.body.cause).toBe("credentialsRefused");
    expect((await redeem(await draw())).status).toBe(200);
  });
});
