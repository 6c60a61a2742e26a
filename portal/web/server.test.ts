import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Access } from "./access.ts";
import type { Route } from "./call.ts";
import { createHttp } from "./server.ts";
import { TestClient } from "./testing/client.ts";
import { EventReader } from "./testing/event-reader.ts";
import { addPerson, signedIn } from "./testing/people.ts";
import { TestPortal } from "./testing/portal.ts";
import { version } from "./version.ts";

const log = pino({ level: "silent" });

describe("the HTTP server", () => {
  const access = Reflect.construct(Access, []) as Access;
  const pages = mkdtempSync(join(tmpdir(), "anslut-pages-"));
  beforeEach(() => {
    mkdirSync(join(pages, "assets"), { recursive: true });
    writeFileSync(join(pages, "index.html"), "<!doctype html><title>Anslut</title>");
    writeFileSync(join(pages, "assets", "main-abc.js"), "1");
  });
  afterEach(() => rmSync(pages, { recursive: true, force: true }));

  it("refuses to start with a route that says not who may use it", async () => {
    const route = { method: "GET", path: "/open", handle: async () => "secret" } as unknown as Route;
    await expect(createHttp([route], access, pages, log)).rejects.toThrow("/api/v1/open has no policy");
  });

  it("serves the page for every path of the page, assets for ever, and nothing from outside", async () => {
    const app = await createHttp([], access, pages, log);
    for (const url of ["/", "/machines/17", "/sign-in"]) {
      const { payload, headers } = await app.inject({ url });
      expect(payload).toContain("<title>Anslut</title>");
      expect(headers["content-security-policy"]).toContain("default-src 'none';script-src 'self';style-src 'self'");
      expect(headers["cache-control"]).toBe("public, max-age=0");
    }
    const asset = await app.inject({ url: "/assets/main-abc.js" });
    expect(asset.headers["cache-control"]).toContain("immutable");
    for (const url of ["/../secrets/web.key", "/%2e%2e/web.key", "/assets/none.js", "/api/v1/none", "/api/v2/about"]) {
      expect((await app.inject({ url })).statusCode, url).toBe(404);
    }
    await app.close();
  });

  it("says nothing of an unexpected failure", async () => {
    const broken = async () => {
      throw new Error("secret detail");
    };
    const app = await createHttp(
      [{ method: "GET", path: "/x", policy: "anybody", handle: broken }],
      access,
      pages,
      log,
    );
    const { payload, statusCode } = await app.inject({ url: "/api/v1/x" });
    expect([statusCode, payload]).toEqual([500, '{"cause":"internal","detail":""}']);
  });

  it("has the version of the package", () => {
    const { version: wanted } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
    expect(version).toBe(wanted);
  });
});

describe("every route but those of strangers", () => {
  let portal: TestPortal;
  beforeEach(async () => {
    portal = await TestPortal.start();
  });
  afterEach(() => portal.stop());

  it.each([
    ["GET", "/me"],
    ["GET", "/machines"],
    ["GET", "/machines/x"],
    ["POST", "/machines/x/connect"],
    ["POST", "/machines/x/disconnect"],
    ["GET", "/intents/x"],
    ["PUT", "/intents/x/state"],
    ["POST", "/tickets"],
    ["GET", "/tunnels"],
    ["GET", "/events"],
    ["GET", "/history"],
    ["PUT", "/history/x"],
    ["PUT", "/history/x/note"],
    ["POST", "/hand-overs"],
    ["POST", "/password"],
    ["POST", "/second-factor"],
    ["POST", "/second-factor/confirm"],
    ["POST", "/second-factor/remove"],
    ["GET", "/sessions"],
    ["POST", "/sessions/x/end"],
    ["POST", "/devices/x/forget"],
    ["POST", "/machines/x/stand-in"],
    ["POST", "/logout"],
    ["POST", "/router/tickets"],
  ] as const)("wants to know who asks: %s %s", async (method, url) => {
    const headers = { authorization: "Bearer guess", cookie: "__Host-session=guess", "x-anslut": "1" };
    const answer = await portal.app.inject({ method, url: `/api/v1${url}`, headers });
    expect([answer.statusCode, answer.json().cause]).toEqual([401, "signedOut"]);
  });

  it("resumes an event stream over a real connection", async () => {
    await portal.addAccount("Nordwerk");
    await addPerson(portal, "Nordwerk", "anna");
    const anna = await signedIn(portal, "Nordwerk", "anna");
    const first = await EventReader.open(portal, anna);
    await first.expect({ type: "resync" });
    const second = await EventReader.open(portal, anna, first.lastId);
    expect(await new TestClient(portal).get("/events")).toMatchObject({ status: 401 });
    await anna.post("/logout", {});
    await second.expect({ type: "signedOut" });
    await second.closed;
    expect(second.events).toEqual([{ type: "signedOut", cause: "signedOut" }]);
  });
});
