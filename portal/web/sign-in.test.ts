import { Secret, TOTP } from "otpauth";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addUser, setDisabled, setPassword } from "./store/users.ts";
import { login, pageHeaders, TestClient } from "./testing/client.ts";
import { addPerson, password } from "./testing/people.ts";
import { TestPortal } from "./testing/portal.ts";

const minuteMs = 60_000;

describe("signing in", () => {
  let portal: TestPortal;
  let stranger: TestClient;
  let secret: string;
  beforeEach(async () => {
    portal = await TestPortal.start();
    stranger = new TestClient(portal);
    await portal.addAccount("Nordwerk");
    await addPerson(portal, "Nordwerk", "anna");
    const added = await addUser(portal.admin, "Nordwerk", "carl", password, "totp");
    secret = added.secondFactor?.secret ?? "";
  });
  afterEach(() => portal.stop());
  const code = () => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: portal.clock.now() });

  it("gives an agent a token that is good for twelve hours", async () => {
    const agent = await stranger.signIn("nordwerk", "Anna", password);
    expect((await agent.get("/me")).body).toMatchObject({ account: "Nordwerk", user: "anna", secondFactor: false });
    portal.clock.pass(12 * 60 * minuteMs);
    expect(await agent.get("/me")).toMatchObject({ status: 401, body: { cause: "signedOut" } });
  });

  it("refuses whatever is wrong with the same status, body and headers", async () => {
    await addPerson(portal, "Nordwerk", "disabled");
    await setDisabled(portal.admin, "Nordwerk", "disabled", "disabled");
    const wrong = [
      login("nowhere", "anna", password),
      login("Nordwerk", "nobody", password),
      login("Nordwerk", "anna", "wrong"),
      login("Nordwerk", "carl", "wrong"),
      login("Nordwerk", "disabled", password),
      ...Array.from({ length: 8 }, () => login("Nordwerk", "locked", password)),
    ];
    const answers = [];
    for (const [index, body] of wrong.entries()) {
      const { status, text, headers } = await stranger.from(`203.0.113.${index % 4}`).post("/login", body);
      answers.push(JSON.stringify({ status, text, headers: { ...headers, date: "" } }));
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain("credentialsRefused");
  });

  it("locks an address that guesses, tells nobody, and lets it in again after a minute", async () => {
    for (let count = 0; count < 5; count++) await stranger.post("/login", login("Nordwerk", "anna", "guess"));
    expect((await stranger.post("/login", login("Nordwerk", "anna", password))).body.cause).toBe("credentialsRefused");
    expect((await stranger.from("203.0.113.1").post("/login", login("Nordwerk", "anna", password))).status).toBe(200);
    // That one was an attempt in the locked time, so the wait is the second one by now.
    portal.clock.pass(2 * minuteMs);
    expect((await stranger.post("/login", login("Nordwerk", "anna", password))).status).toBe(200);
  });

  it("slows down guessing from many addresses, but never where the person is known", async () => {
    await stranger.from("192.0.2.1").signIn("Nordwerk", "anna", password);
    for (let count = 0; count < 60; count++) {
      await stranger.from(`203.0.${count}.1`).post("/login", login("Nordwerk", "anna", "guess"));
    }
    const elsewhere = await stranger.from("198.51.100.200").post("/login", login("Nordwerk", "anna", password));
    expect(elsewhere.body.cause).toBe("credentialsRefused");
    expect((await stranger.from("192.0.2.1").post("/login", login("Nordwerk", "anna", password))).status).toBe(200);
    portal.clock.pass(5 * minuteMs);
    const later = await stranger.from("198.51.100.201").post("/login", login("Nordwerk", "anna", password));
    expect(later.status).toBe(200);
  }, 30_000);

  it("asks for the second factor, and takes it once", async () => {
    const first = await stranger.post("/login", login("Nordwerk", "carl", password));
    expect(first.body).toMatchObject({ next: "secondFactor" });
    const pending = first.body.pending;
    const right = code();
    expect((await stranger.post("/login/code", { pending, code: right })).body).toMatchObject({ next: "signedIn" });
    expect((await stranger.post("/login/code", { pending, code: right })).body.cause).toBe("loginExpired");
    const second = await stranger.post("/login", login("Nordwerk", "carl", password));
    const again = await stranger.post("/login/code", { pending: second.body.pending, code: right });
    expect(again).toMatchObject({ status: 401, body: { cause: "codeRefused" } });
  });

  it("gives five tries and five minutes for the code", async () => {
    const { body } = await stranger.post("/login", login("Nordwerk", "carl", password));
    const send = (typed: string) => stranger.post("/login/code", { pending: body.pending, code: typed });
    for (let count = 0; count < 5; count++) expect((await send("000000")).body.cause).toBe("codeRefused");
    expect((await send(code())).body.cause).toBe("loginExpired");
    portal.clock.pass(20 * minuteMs);
    const late = await stranger.post("/login", login("Nordwerk", "carl", password));
    portal.clock.pass(5 * minuteMs);
    const answer = await stranger.post("/login/code", { pending: late.body.pending, code: code() });
    expect(answer.body.cause).toBe("loginExpired");
  });

  it("remembers a device until it is revoked", async () => {
    const { body } = await stranger.post("/login", login("Nordwerk", "anna", password, { remember: true }));
    const device = { deviceToken: body.deviceToken, device: "laptop" };
    const again = await stranger.post("/login/device", device);
    expect(again.body).toMatchObject({ next: "signedIn", deviceToken: null });
    expect((await stranger.post("/login/device", { ...device, deviceToken: "guess" })).body.cause).toBe(
      "credentialsRefused",
    );
    await setPassword(portal.admin, "Nordwerk", "anna", "another long password");
    expect((await stranger.post("/login/device", device)).body.cause).toBe("credentialsRefused");
    const agent = stranger.with({ authorization: `Bearer ${again.body.token}` });
    expect((await agent.get("/me")).body.cause).toBe("signedOut");
  });

  describe("on a page", () => {
    const page = login("Nordwerk", "anna", password, { client: "page" });
    const cookieOf = (headers: Readonly<Record<string, unknown>>) => String(headers["set-cookie"]);

    it("keeps the session in a cookie that scripts and other sites never see", async () => {
      const { body, headers } = await stranger.with(pageHeaders).post("/login", page);
      expect(body).toMatchObject({ token: null, deviceToken: null });
      expect(cookieOf(headers)).toMatch(
        /^__Host-session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/,
      );
      const cookie = cookieOf(headers).split(";")[0] ?? "";
      expect((await stranger.with({ cookie }).get("/me")).body).toMatchObject({ user: "anna" });
      // A page's session is no agent's.
      const token = cookie.split("=")[1];
      expect((await stranger.with({ authorization: `Bearer ${token}` }).get("/me")).status).toBe(401);
      expect((await stranger.with({ cookie }).post("/tickets", {})).status).toBe(401);
    });

    it("never takes over a session id that somebody planted", async () => {
      const planted = await stranger.with(pageHeaders).post("/login", page);
      const cookie = cookieOf(planted.headers).split(";")[0] ?? "";
      const victim = await stranger.with({ ...pageHeaders, cookie }).post("/login", page);
      expect(cookieOf(victim.headers).split(";")[0]).not.toBe(cookie);
      expect((await stranger.with({ cookie }).get("/me")).status).toBe(401);
    });

    it("refuses changes that another site sends", async () => {
      const { headers } = await stranger.with(pageHeaders).post("/login", page);
      const cookie = cookieOf(headers).split(";")[0] ?? "";
      const foreign = [
        {},
        { "x-anslut": "1" },
        { origin: "https://portal.example" },
        { "x-anslut": "1", origin: "https://evil.example" },
        { "x-anslut": "1", origin: "null" },
        { "x-anslut": "1", origin: "http://portal.example" },
      ];
      for (const more of foreign) {
        const client = stranger.with({ cookie, ...more });
        expect(await client.post("/logout", {})).toMatchObject({ status: 403, body: { cause: "forbidden" } });
        expect((await stranger.with(more).post("/login", page)).status).toBe(403);
      }
      expect((await stranger.with({ cookie }).get("/me")).status).toBe(200);
      expect((await stranger.with({ cookie, ...pageHeaders }).post("/logout", {})).status).toBe(200);
      expect((await stranger.with({ cookie }).get("/me")).status).toBe(401);
    });
  });

  it.each([
    ["an unknown field", JSON.stringify({ ...login("Nordwerk", "anna", password), admin: true })],
    ["a missing field", JSON.stringify({ account: "Nordwerk" })],
    ["a wrong type", JSON.stringify(login("Nordwerk", "anna", password, { remember: "yes" }))],
    ["no JSON", "{"],
    ["too much", JSON.stringify(login("Nordwerk", "x".repeat(100_000), password))],
  ])("answers %s with badRequest", async (_, body) => {
    const answer = await stranger.post("/login", body);
    expect(answer.body.cause).toBe("badRequest");
    expect([400, 413]).toContain(answer.status);
  });

  it("takes nothing but JSON", async () => {
    const answer = await portal.app.inject({
      method: "POST",
      url: "/api/v1/login",
      headers: { "content-type": "text/plain" },
      payload: JSON.stringify(login("Nordwerk", "anna", password)),
    });
    expect(answer.statusCode).toBe(415);
    expect(answer.json()).toMatchObject({ cause: "badRequest" });
  });
});
