import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LabBrowser, openBrowser } from "../e2e/browser.ts";
import type { Lab } from "../lab/lab.ts";
import { openLab } from "../lab/open.ts";
import { causeOf, HttpsCaller, loginOf } from "./https-caller.ts";
import { Person } from "./person.ts";

// Attacker: another site that the technician's browser has open, and whoever may give a machine its name. Victim: anna's session on
// the portal's page.

let lab: Lab;
let anna: Person;
let caller: HttpsCaller;
let cookie: string;
let origin: string;
let browser: LabBrowser;

beforeAll(async () => {
  lab = await openLab({ office: "only443", stands: "product" });
  anna = new Person(lab, "anna", "laptop", "tech");
  caller = new HttpsCaller(lab, "laptop");
  origin = lab.variable("PORTAL_URL");
  const added = (await anna.must([
    ...["portal", "add", lab.variable("PORTAL_HOST"), "--fingerprint", lab.variable("PORTAL_FINGERPRINT")],
  ])) as { readonly portal: { readonly pin: string } };
  browser = await openBrowser(lab, Buffer.from(added.portal.pin, "hex").toString("base64"));
});

afterAll(async () => {
  await caller.close();
  await lab.close();
  await browser.close();
});

const own = () => ({ origin, "x-anslut": "1" });

describe("another site in the same browser", () => {
  test("finds the session in a cookie that no script reads, no plain HTTP carries and no other site sends", async () => {
    const login = loginOf("acme", "anna", anna.variable("PASSWORD"), "page");
    const first = await caller.post("/api/v1/login", login, own());
    const { pending } = JSON.parse(first.text) as { readonly pending: string };
    const second = await caller.post("/api/v1/login/code", { pending, code: await anna.code() }, own());
    const [set] = [second.headers["set-cookie"]].flat();
    expect(set).toMatch(/^__Host-session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/);
    cookie = set?.split(";")[0] ?? "";
    expect((await caller.get("/api/v1/me", { cookie })).status).toBe(200);
  });

  test("sends changes in her name (CSRF): forbidden, by whichever of header, origin or content it lacks", async () => {
    const { machines } = JSON.parse((await caller.get("/api/v1/machines", { cookie })).text) as {
      readonly machines: readonly { readonly id: string }[];
    };
    const path = `/api/v1/machines/${machines[0]?.id}/connect`;
    const body = { networks: null, tunnel: null, orderNumber: "", reason: "" };
    const foreign: readonly Readonly<Record<string, string>>[] = [
      {},
      { "x-anslut": "1" },
      { origin },
      { origin: "https://evil.test", "x-anslut": "1" },
      { origin: "null", "x-anslut": "1" },
      { origin: `${origin}.evil.test`, "x-anslut": "1" },
      { origin: origin.replace("https", "http"), "x-anslut": "1" },
    ];
    for (const headers of foreign) {
      for (const [target, content] of [
        [path, body],
        ["/api/v1/logout", {}],
        ["/api/v1/login", loginOf("a", "b", "c", "page")],
      ] as const) {
        const answer = await caller.post(target, content, { cookie, ...headers });
        expect([headers, target, answer.status, causeOf(answer)]).toEqual([headers, target, 403, "forbidden"]);
      }
    }
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
      const answer = await caller.post(path, JSON.stringify(body), { cookie, ...own(), "content-type": type });
      expect([type, answer.status]).toEqual([type, 415]);
    }
    expect((await caller.get("/api/v1/me", { cookie })).status).toBe(200);
  });

  test("can neither frame the page, run a script in it, nor read an answer: the headers forbid it on every path", async () => {
    for (const path of ["/", "/machines", "/api/v1/about", "/api/v1/me", "/nothing.js"]) {
      const { headers } = await caller.get(path, { cookie, origin: "https://evil.test" });
      const policy = String(headers["content-security-policy"]);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|\*/);
      expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
      expect(headers["strict-transport-security"]).toMatch(/max-age=\d{7,}/);
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
    const preflight = await caller.send("OPTIONS", "/api/v1/logout", undefined, {
      origin: "https://evil.test",
      "access-control-request-method": "POST",
      "access-control-request-headers": "x-anslut",
    });
    expect([preflight.status, preflight.headers["access-control-allow-origin"]]).toEqual([404, undefined]);
  });

  test("finds no open redirect, and no file outside of the pages", async () => {
    const paths = [
      "//evil.test/",
      "/\\evil.test",
      "/%5c%5cevil.test",
      "/%2f%2fevil.test/..",
      "/login?next=https://evil.test",
      "/?returnTo=//evil.test",
      "/..%2f..%2fetc/passwd",
      "/assets/..%2f..%2f..%2fvar/lib/anslut-portal/portal.db",
      "/assets/%2e%2e/%2e%2e/web.mjs",
      "/.%00./etc/passwd",
      "/index.html%00.png",
    ];
    for (const path of paths) {
      const answer = await caller.get(path);
      expect([path, answer.headers.location]).toEqual([path, undefined]);
      expect([path, answer.status >= 300 && answer.status < 400]).toEqual([path, false]);
      expect(answer.text).not.toMatch(/root:x:|SQLite format/);
    }
  });
});

describe("whoever names machines, customers and places", () => {
  test("runs no script in the technician's page (XSS)", async () => {
    const name = `<img src=x onerror="window.owned=1">`;
    const more = ["--customer", `"><script>window.owned=2</script>`, "--place", `javascript:window.owned=3//{{7*7}}`];
    const portal = "/opt/anslut/bin/anslut-portal";
    await lab.output("portal", [portal, "machine", "add", "acme", name, ...more]);
    await lab.output("portal", [portal, "machine", "network", "add", "acme", name, "192.168.44.0/24"]);
    await lab.output("portal", [portal, "grant", "add", "acme", "anna", name]);
    const page = await (await browser.browser.newContext({ locale: "en" })).newPage();
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => dialogs.push(dialog.message()));
    await page.goto(`${origin}/?q=<script>window.owned=4</script>#<img src=x onerror=window.owned=5>`);
    await signIn(page);
    await page.getByRole("heading", { name }).waitFor();
    await page.getByRole("searchbox").fill(name);
    await page.getByText("1 of 1 machine").waitFor();
    await page.getByRole("button", { name: `Connect to ${name}` }).waitFor();
    expect(await page.evaluate("window.owned")).toBeUndefined();
    expect(await page.locator("img[src='x'], script:not([src])").count()).toBe(0);
    expect(dialogs).toEqual([]);
    expect(await page.evaluate("document.cookie")).toBe("");
  });

  async function signIn(page: Page): Promise<void> {
    await page.getByLabel("Account").fill("acme");
    await page.getByLabel("User").fill("anna");
    await page.getByLabel("Password", { exact: true }).fill(anna.variable("PASSWORD"));
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByLabel("Code from your authenticator app").fill(await anna.code());
    await page.getByRole("list", { name: "Machines" }).waitFor();
  }
});
