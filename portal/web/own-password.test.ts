import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setPassword } from "./store/users.ts";
import { login, pageHeaders, signInOnPage, TestClient, withCookie } from "./testing/client.ts";
import { addPerson, password, signedIn } from "./testing/people.ts";
import { TestPortal } from "./testing/portal.ts";

const next = "another long & unlikely one";
const minuteMs = 60_000;

describe("changing one's own password", () => {
  let portal: TestPortal;
  let stranger: TestClient;
  let page: TestClient;
  beforeEach(async () => {
    portal = await TestPortal.start();
    await portal.addAccount("Nordwerk");
    await addPerson(portal, "Nordwerk", "anna");
    stranger = new TestClient(portal);
    page = await signInOnPage(stranger, "Nordwerk", "anna", password);
  });
  afterEach(() => portal.stop());

  const change = (client: TestClient, typed: string, wanted = next) =>
    client.post("/password", { password: typed, next: wanted });
  const signIn = (typed: string) => stranger.post("/login", login("Nordwerk", "anna", typed));

  it("takes the current password, and the new one counts at once", async () => {
    expect((await change(page, password)).body).toEqual({ done: true });
    expect((await signIn(password)).status).toBe(401);
    expect((await signIn(next)).status).toBe(200);
    const audit = portal.store.db.selectFrom("audit").selectAll().where("action", "=", "passwordChanged");
    expect(await audit.execute()).toMatchObject([{ actor: "user:anna", address: "198.51.100.7", result: "done" }]);
  });

  it("ends every other session and remembered device, but nothing on the computer that asks", async () => {
    const elsewhere = await signedIn(portal, "Nordwerk", "anna");
    const remembered = await stranger.post("/login", login("Nordwerk", "anna", password, { remember: true }));
    const here = (await stranger.post("/login", login("Nordwerk", "anna", password, { remember: true }))).body;
    const agent = stranger.with({ authorization: `Bearer ${here.token}` });
    const browser = stranger.with(pageHeaders);
    const { code } = (await agent.post("/hand-overs", {})).body;
    const child = withCookie(browser, await browser.post("/login/hand-over", { code }));
    await change(child, password);
    for (const client of [child, agent]) expect((await client.get("/me")).status).toBe(200);
    for (const client of [elsewhere, page]) expect((await client.get("/me")).status).toBe(401);
    const device = (deviceToken: unknown) => stranger.post("/login/device", { deviceToken, device: "laptop" });
    expect((await device(here.deviceToken)).status).toBe(200);
    expect((await device(remembered.body.deviceToken)).status).toBe(401);
  });

  it.each([
    ["short", "short", "passwordShort"],
    ["one of everybody's", "passwordpassword", "passwordCommon"],
    ["one's own name", "nordwerk-anna-1", "passwordName"],
  ])("refuses a new one that is %s, and says why", async (_, weak, detail) => {
    expect((await change(page, password, weak)).body).toEqual({ cause: "weakPassword", detail });
    expect((await signIn(password)).status).toBe(200);
  });

  it("slows down whoever guesses with a session in hand, also many at once", async () => {
    const many = await Promise.all(Array.from({ length: 20 }, (_, count) => change(page, `guess ${count}`)));
    expect(many.filter(({ body }) => body.cause === "credentialsRefused")).toHaveLength(1);
    for (let count = 0; count < 4; count++) await change(page, `guess ${count}`);
    expect((await change(page, password)).body.cause).toBe("tooManyAttempts");
    expect((await page.post("/second-factor", { password })).body.cause).toBe("tooManyAttempts");
    // Nobody is locked out of signing in by that.
    expect((await signIn(password)).status).toBe(200);
    portal.clock.pass(minuteMs);
    expect((await change(page, password)).status).toBe(200);
  });

  it("does not overrule an administrator who was quicker", async () => {
    const changing = change(page, password);
    await setPassword(portal.admin, "Nordwerk", "anna", "set by the administrator");
    expect((await changing).status).toBe(401);
    expect((await signIn("set by the administrator")).status).toBe(200);
  });
});
