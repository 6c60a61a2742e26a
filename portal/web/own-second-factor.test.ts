import { Secret, TOTP, URI } from "otpauth";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { totpUri } from "./store/second-factor.ts";
import { addUser } from "./store/users.ts";
import { login, signInOnPage, TestClient } from "./testing/client.ts";
import { addPerson, password, signedIn } from "./testing/people.ts";
import { TestPortal } from "./testing/portal.ts";

const minuteMs = 60_000;

describe("setting up one's own second factor", () => {
  let portal: TestPortal;
  let stranger: TestClient;
  let page: TestClient;
  beforeEach(async () => {
    portal = await TestPortal.start();
    await portal.addAccount("Nordwerk");
    for (const name of ["anna", "bo"]) await addPerson(portal, "Nordwerk", name);
    stranger = new TestClient(portal);
    page = await signInOnPage(stranger, "Nordwerk", "anna", password);
  });
  afterEach(() => portal.stop());

  const begin = async (client = page) => String((await client.post("/second-factor", { password })).body.secret);
  const codeOf = (secret: string, aheadMs = 0) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: portal.clock.now() + aheadMs });
  const confirm = (code: string, client = page) => client.post("/second-factor/confirm", { code });
  const remove = (typed: string, code: string) => page.post("/second-factor/remove", { password: typed, code });
  const signIn = () => stranger.post("/login", login("Nordwerk", "anna", password));
  const audited = async () => {
    const rows = await portal.store.db
      .selectFrom("audit")
      .selectAll()
      .where("action", "like", "secondFactor%")
      .execute();
    return rows.map(({ actor, action, result }) => `${actor} ${action} ${result}`);
  };

  it("counts from the first code on: that one is used up, and signing in asks for the next", async () => {
    const { body } = await page.post("/second-factor", { password });
    const scanned = URI.parse(String(body.uri));
    expect(scanned).toMatchObject({ issuer: "Anslut", label: "Nordwerk:anna" });
    expect(scanned.secret.base32).toBe(body.secret);
    expect((await signIn()).body.next).toBe("signedIn");
    const code = codeOf(String(body.secret));
    expect((await confirm(code)).body).toEqual({ done: true });
    expect((await page.get("/me")).body).toMatchObject({ secondFactor: true });
    const { pending } = (await signIn()).body;
    expect((await stranger.post("/login/code", { pending, code })).body.cause).toBe("codeRefused");
    portal.clock.pass(30_000);
    const answer = await stranger.post("/login/code", { pending, code: codeOf(String(body.secret)) });
    expect(answer.body.next).toBe("signedIn");
    expect(await audited()).toEqual(["user:anna secondFactorSet done", "user:anna secondFactor codeRefused"]);
  });

  it("wants the password first, and counts wrong ones", async () => {
    expect((await page.post("/second-factor", { password: "wrong" })).body.cause).toBe("credentialsRefused");
    expect((await confirm("123456")).body.cause).toBe("loginExpired");
    expect((await signIn()).body.next).toBe("signedIn");
  });

  it("belongs to the session that gave the password, and lasts ten minutes", async () => {
    const secret = await begin();
    const other = await signedIn(portal, "Nordwerk", "anna");
    expect((await confirm(codeOf(secret), other)).body.cause).toBe("loginExpired");
    const bo = await signedIn(portal, "Nordwerk", "bo");
    expect((await confirm(codeOf(secret), bo)).body.cause).toBe("loginExpired");
    portal.clock.pass(10 * minuteMs);
    expect((await confirm(codeOf(secret))).body.cause).toBe("loginExpired");
    const [first, second] = [await begin(), await begin()];
    expect((await confirm(codeOf(first))).body.cause).toBe("codeRefused");
    expect((await confirm(codeOf(second))).status).toBe(200);
  });

  it("keeps no secret that was not confirmed", async () => {
    const secret = await begin();
    const users = JSON.stringify(await portal.store.db.selectFrom("users").selectAll().execute());
    expect(users).not.toContain(secret);
    await portal.restartWeb();
    expect((await confirm(codeOf(secret))).body.cause).toBe("loginExpired");
  });

  it("gives five tries for a code, then a minute of rest", async () => {
    const secret = await begin();
    for (let count = 0; count < 5; count++) expect((await confirm("000000")).body.cause).toBe("codeRefused");
    expect((await confirm(codeOf(secret))).body.cause).toBe("tooManyAttempts");
    portal.clock.pass(minuteMs);
    expect((await confirm(codeOf(secret))).status).toBe(200);
  });

  it("is taken away with password and code together, and with neither alone", async () => {
    const secret = await begin();
    await confirm(codeOf(secret));
    portal.clock.pass(30_000);
    const code = codeOf(secret);
    expect((await remove("wrong", code)).body.cause).toBe("credentialsRefused");
    expect((await remove(password, "000000")).body.cause).toBe("codeRefused");
    // A session and the password are not enough to put another one in its place.
    expect((await page.post("/second-factor", { password })).body.cause).toBe("forbidden");
    expect((await remove(password, code)).body).toEqual({ done: true });
    expect((await signIn()).body.next).toBe("signedIn");
    expect((await remove(password, code)).body.cause).toBe("codeRefused");
    expect((await audited()).filter((line) => line.includes("Removed"))).toEqual([
      "user:anna secondFactorRemoved credentialsRefused",
      "user:anna secondFactorRemoved codeRefused",
      "user:anna secondFactorRemoved done",
      "user:anna secondFactorRemoved codeRefused",
    ]);
  });

  it("that an administrator has set meanwhile is not replaced", async () => {
    const secret = await begin();
    await addUser(portal.admin, "Nordwerk", "carl", password, "totp");
    await portal.store.db.updateTable("users").set({ totp_secret: "AAAA" }).where("name", "=", "anna").execute();
    expect((await confirm(codeOf(secret))).body.cause).toBe("forbidden");
  });

  it("has a text that a QR code holds, however long the names are", () => {
    const uri = totpUri("JBSWY3DPEHPK3PXP", "漢".repeat(100), "🏭".repeat(50));
    expect(uri.length).toBeLessThanOrEqual(500);
    expect(URI.parse(uri).secret.base32).toBe("JBSWY3DPEHPK3PXP");
  });
});
