import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestClient } from "../../portal/web/testing/client.ts";
import { password, signedIn } from "../../portal/web/testing/people.ts";
import { expectAccessible, expectToFit } from "./accessible.ts";
import { account, PagePortal } from "./page-portal.ts";

// The built pages in Chromium on a real `web`; exchange, front and laptops are played. With tunnels and PLCs: portal-page.test.ts.

let stage: PagePortal;
let names: readonly string[];
let laptop: TestClient;

beforeAll(async () => {
  stage = await PagePortal.open();
  names = await stage.addMachines(130);
  laptop = await stage.laptop("anna", "LAPTOP-0815");
});
afterAll(() => stage?.close());

const press = () => names[0] ?? "";
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });
const everything = { networks: null, tunnel: null, orderNumber: "A-4711", reason: "Servo F7 zu heiß" };

describe("a hand-over from the program", () => {
  const handedOver = async (page: Page, code: string) => await page.goto(`${stage.url}/#hand-over=${code}`);
  const draw = async () =>
    String((await (await signedIn(stage.portal, account, "anna")).post("/hand-overs", {})).body.code);

  test("opens the page signed in, and its code is in neither address bar nor history", async () => {
    const { page } = await stage.page();
    const code = await draw();
    await handedOver(page, code);
    await page.getByRole("list", { name: "Machines", exact: true }).waitFor();
    expect(page.url()).toBe(`${stage.url}/`);
    expect(await page.evaluate("history.length")).toBe(2);
    await page.reload();
    await page.getByRole("list", { name: "Machines", exact: true }).waitFor();
    await page.context().close();
  });

  test("that fails leads to the sign-in, with a sentence", async () => {
    const { page } = await stage.page();
    await handedOver(page, "a-code-that-nobody-drew");
    await page.getByText("Please sign in here once.").waitFor();
    expect(page.url()).toBe(`${stage.url}/`);
    await expectAccessible(page);
    // The same page, opened by the program once more.
    const code = await draw();
    await page.evaluate((next) => location.assign(next), `${stage.url}/#hand-over=${code}`);
    await page.getByRole("list", { name: "Machines", exact: true }).waitFor();
    expect(page.url()).toBe(`${stage.url}/`);
    await page.context().close();
  });
});

describe("the program's language and theme", () => {
  const draw = async () =>
    String((await (await signedIn(stage.portal, account, "anna")).post("/hand-overs", {})).body.code);
  const look = (page: Page) =>
    page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset.theme]);
  const go = (page: Page, words: string) => page.evaluate((next) => location.assign(next), `/profile#${words}`);

  test("are the page's from the first picture on, follow a change at once, and outlive a reload", async () => {
    const { page } = await stage.page();
    await page.goto(`${stage.url}/profile#hand-over=${await draw()}&language=sv&theme=dark`);
    await page.getByRole("heading", { name: "Var du är inloggad" }).waitFor();
    expect([await look(page), page.url()]).toEqual([["sv", "dark"], `${stage.url}/profile`]);
    await go(page, "language=de&theme=contrast");
    await expect.poll(() => look(page)).toEqual(["de", "contrast"]);
    expect(page.url()).toBe(`${stage.url}/profile`);
    expect(await page.getByLabel("Farben", { exact: true }).inputValue()).toBe("contrast");
    await page.reload();
    await page.getByLabel("Farben", { exact: true }).waitFor();
    expect(await look(page)).toEqual(["de", "contrast"]);
    // What is chosen on the page itself counts from then on.
    await page.getByLabel("Farben", { exact: true }).selectOption("light");
    await page.reload();
    await page.getByLabel("Farben", { exact: true }).waitFor();
    expect(await look(page)).toEqual(["de", "light"]);
    await go(page, "language=system&theme=system");
    await expect.poll(() => look(page)).toEqual(["en", "system"]);
    await page.context().close();
  });

  test("change nothing of what was chosen in a browser, and no link from elsewhere sets them", async () => {
    const { page, context } = await stage.page();
    await page.goto(`${stage.url}/`);
    await page.evaluate(() => localStorage.setItem("anslut.language", "de"));
    await page.goto(`${stage.url}/profile#language=sv&theme=dark`);
    await page.getByLabel("Konto").waitFor();
    expect([await look(page), page.url()]).toEqual([["de", "system"], `${stage.url}/profile`]);
    await page.goto(`${stage.url}/#hand-over=${await draw()}&language=sv&theme=dark`);
    await expect.poll(() => look(page)).toEqual(["sv", "dark"]);
    const other = await context.newPage();
    await other.goto(stage.url);
    await expect.poll(() => look(other)).toEqual(["de", "system"]);
    await context.close();
  });
});

describe("the overview", () => {
  test("filters by state and search, and keeps both over a reload", async () => {
    const page = await stage.signedInPage("anna");
    await page.getByText("100 of 130 machines").waitFor();
    await button(page, "Show more").click();
    await page.getByText("130 of 130 machines").waitFor();
    await page.getByRole("radio", { name: "Offline" }).click();
    await page.getByText("26 of 26 machines").waitFor();
    await page.getByRole("searchbox").fill("ammerschläger");
    await page.getByText("4 of 4 machines").waitFor();
    await page.reload();
    await page.getByText("4 of 4 machines").waitFor();
    expect(await page.getByRole("searchbox").inputValue()).toBe("ammerschläger");
    await page.getByRole("radio", { name: "In use" }).click();
    await page.getByRole("heading", { name: "Nothing found for “ammerschläger”" }).waitFor();
    await button(page, "Show all machines").click();
    await page.getByText("100 of 130 machines").waitFor();
    await page.context().close();
  });

  test("shows at once who comes and goes, also under a filter", async () => {
    const page = await stage.signedInPage("anna");
    await page.getByRole("radio", { name: "In use" }).click();
    await page.getByRole("heading", { name: "Nobody is on a machine" }).waitFor();
    const id = await stage.machineId(press());
    const other = await stage.laptop("björn", "LT-2");
    await other.post(`/machines/${id}/connect`, everything);
    await page.getByText("björn connected").waitFor();
    await other.post(`/machines/${id}/disconnect`, { tunnel: null });
    await page.getByRole("heading", { name: "Nobody is on a machine" }).waitFor();
    await page.context().close();
  });

  test("shows how one's own connection does that began before the page was opened", async () => {
    const name = names[2] ?? "";
    const id = await stage.machineId(name);
    const intent = String((await laptop.post(`/machines/${id}/connect`, everything)).body.id);
    const report = (state: string, cause: string | null, roundTripMs: number | null) =>
      laptop.put(`/intents/${intent}/state`, { state, cause, roundTripMs });
    await report("connected", null, 43);
    const page = await stage.signedInPage("anna");
    const row = page
      .getByRole("list", { name: "Machines", exact: true })
      .getByRole("listitem")
      .filter({ hasText: name });
    const own = page.getByRole("navigation", { name: "Your connections" });
    await row.getByText("connected", { exact: true }).first().waitFor();
    await row.getByText("The router answers in 43 ms.").first().waitFor();
    await own.getByText("43 ms").waitFor();
    await report("silent", "routerSilent", null);
    await row.getByText("silent", { exact: true }).first().waitFor();
    await page.reload();
    await row.getByText("The routes stand, but the machine does not answer.").first().waitFor();
    // Who opens the machine by its address sees the same.
    await report("connected", null, 44);
    await page.goto(`${stage.url}/machines/${id}`);
    await page.getByText("The router answers in 44 ms.").waitFor();
    // Nobody else is told how it does.
    const other = await stage.signedInPage("björn");
    await other.getByText("anna connected").waitFor();
    expect(await other.getByText(/44 ms/).count()).toBe(0);
    await other.context().close();
    await page.context().close();
    await laptop.post(`/machines/${id}/disconnect`, { tunnel: null });
  });

  test("says that it may be old while the portal is out of reach, and catches up by itself", async () => {
    const page = await stage.signedInPage("anna");
    await page.getByText("100 of 130 machines").waitFor();
    await page.context().setOffline(true);
    // What is on its way ends with the network; the stream is told by its absence.
    await page.evaluate(() => window.stop());
    await page.getByText("The connection to the portal is lost.").waitFor();
    await page.getByRole("searchbox").fill("presse");
    await page.getByText("The portal cannot be reached from here.").waitFor();
    expect(await page.getByRole("searchbox").inputValue()).toBe("presse");
    await expectAccessible(page);
    await page.context().setOffline(false);
    await page.getByText("The connection to the portal is lost.").waitFor({ state: "detached" });
    await page.getByText(/of 19 machines/).waitFor();
    await page.context().close();
  });
});

describe("by keyboard alone", () => {
  test("a machine is found, connected, looked at and disconnected", async () => {
    const page = await stage.signedInPage("anna");
    await page.getByText("100 of 130 machines").waitFor();
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent);
    await page.keyboard.type(press());
    await page.getByText(/of 19 machines/).waitFor();
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toBe(press());
    await page.keyboard.press("Tab");
    expect(await focused()).toBe(`Connect to ${press()}`);
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    // All networks are chosen already: what is typed first is the order.
    await page.keyboard.type("A-4714");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Space");
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Servo F7");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await button(page, `Disconnect from ${press()}`).waitFor();
    expect(await focused()).toBe(`Disconnect from ${press()}`);
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: press() }).waitFor();
    await page.getByText("Order A-4714 · Servo F7", { exact: true }).waitFor();
    await page.goBack();
    await button(page, `Disconnect from ${press()}`).waitFor();
    expect(await focused()).toBe(press());
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await button(page, `Connect to ${press()}`).waitFor();
    await page.keyboard.press("/");
    expect(await page.getByRole("searchbox").evaluate((box) => box === document.activeElement)).toBe(true);
    await page.context().close();
  });

  test("a note is written, and the second factor set up and taken away", async () => {
    const name = names[12] ?? "";
    const id = await stage.machineId(name);
    await laptop.post(`/machines/${id}/connect`, everything);
    await laptop.post(`/machines/${id}/disconnect`, { tunnel: null });
    const page = await stage.signedInPage("anna");
    await page.goto(`${stage.url}/machines/${id}`);
    await button(page, /^Add a note to the connection of/).waitFor();
    /** Goes on by Tab until the focus is there; a person sees where it is. */
    const tabTo = async (label: string | RegExp): Promise<void> => {
      for (const _ of Array.from({ length: 40 })) {
        const at = await page.evaluate(() => {
          const here = document.activeElement;
          const labels = here instanceof HTMLInputElement || here instanceof HTMLTextAreaElement ? here.labels : null;
          return here?.getAttribute("aria-label") ?? labels?.[0]?.textContent ?? here?.textContent ?? "";
        });
        if (typeof label === "string" ? at === label : label.test(at)) return;
        await page.keyboard.press("Tab");
      }
      throw new Error(`no Tab leads to ${label}`);
    };
    await tabTo(/^Add a note to the connection of/);
    await page.keyboard.press("Enter");
    await page.keyboard.type("Lager geschmiert");
    await tabTo("Save");
    await page.keyboard.press("Enter");
    await page.locator(".note", { hasText: "Lager geschmiert" }).waitFor();
    // The focus is back on the button that opened the editor.
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
    await expect.poll(focused).toMatch(/^Change the note/);
    await tabTo(/anna$/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "anna" }).waitFor();
    await tabTo("Set up");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    await page.keyboard.type(password);
    await page.keyboard.press("Enter");
    const secret = ((await dialog.locator("code").textContent()) ?? "").replaceAll(" ", "");
    await dialog.getByLabel("The six digits that the app shows").waitFor();
    await page.keyboard.type(stage.code(secret));
    await page.getByText("The second factor is on.").waitFor();
    await dialog.waitFor({ state: "detached" });
    await tabTo("Switch off");
    await page.keyboard.press("Enter");
    await dialog.waitFor();
    await page.keyboard.type(password);
    stage.portal.clock.pass(60_000);
    await tabTo("Code from your authenticator app");
    await page.keyboard.type(stage.code(secret));
    await page.keyboard.press("Enter");
    await page.getByText("The second factor is off.").waitFor();
    await page.context().close();
  });
});

describe("a machine's page", () => {
  test("has an address of its own, and takes a note about one's own connection", async () => {
    const id = await stage.machineId(press());
    const intent = (await laptop.post(`/machines/${id}/connect`, everything)).body;
    await laptop.put(`/intents/${String(intent.id)}/state`, { state: "connected", cause: null, roundTripMs: 43 });
    const page = await stage.signedInPage("anna");
    await page.goto(`${stage.url}/machines/${id}`);
    await page.getByRole("heading", { level: 1, name: press() }).waitFor();
    expect(await page.title()).toBe(`${press()} · Anslut`);
    await button(page, /^Add a note to the connection of/)
      .first()
      .click();
    await page.getByLabel("Note", { exact: true }).fill("Lüfter getauscht.\nBeobachten.");
    await page.context().setOffline(true);
    await button(page, "Save").click();
    await page.getByText("The portal cannot be reached from here.").waitFor();
    expect(await page.getByLabel("Note", { exact: true }).inputValue()).toBe("Lüfter getauscht.\nBeobachten.");
    await page.context().setOffline(false);
    await button(page, "Save").click();
    await page.getByText("Lüfter getauscht.").waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "All machines" }).click();
    await page.getByRole("navigation", { name: "Your connections" }).getByRole("link", { name: press() }).waitFor();
    await page.context().close();
    await laptop.post(`/machines/${id}/disconnect`, { tunnel: null });
  });

  test("offers other addresses where one's own laptop refuses, and connects by them", async () => {
    const name = names[5] ?? "";
    const id = await stage.machineId(name);
    const page = await stage.signedInPage("anna");
    await page.goto(`${stage.url}/machines/${id}`);
    await button(page, `Connect to ${name}`).click();
    await page.getByRole("dialog").getByRole("button", { name: "Connect" }).click();
    await button(page, `Disconnect from ${name}`).waitFor();
    const [{ id: intent = "" } = {}] = await stage.portal.store.db
      .selectFrom("intents")
      .select("id")
      .where("machine_id", "=", id)
      .where("ended", "is", null)
      .execute();
    await laptop.put(`/intents/${intent}/state`, { state: "overlapping", cause: "overlap", roundTripMs: null });
    await page.getByText("192.168.5.0/24 exists twice for you").waitFor();
    await expectAccessible(page);
    // No router stands in this world: the portal says so, and nothing is lost.
    await button(page, "Give the network other addresses").click();
    await page.getByText("machineOffline").waitFor();
    await button(page, `Disconnect from ${name}`).click();
    await button(page, `Connect to ${name}`).waitFor();
    await page.context().close();
  });

  test("says that the rights were withdrawn, and keeps what is being typed", async () => {
    const name = names[9] ?? "";
    const id = await stage.machineId(name);
    await laptop.post(`/machines/${id}/connect`, everything);
    await laptop.post(`/machines/${id}/disconnect`, { tunnel: null });
    const page = await stage.signedInPage("anna");
    await page.goto(`${stage.url}/machines/${id}`);
    const note = page.getByLabel("Note", { exact: true });
    await button(page, /^Add a note to the connection of/).click();
    await note.fill("Umrichter getauscht");
    await button(page, `Connect to ${name}`).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Order number (optional)").fill("A-4712");
    await stage.withdraw("anna", name);
    await dialog.getByText(`You have no rights on ${name}.`).waitFor();
    expect(await dialog.getByLabel("Order number (optional)").inputValue()).toBe("A-4712");
    expect(await dialog.getByRole("button", { name: "Connect" }).isDisabled()).toBe(true);
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("alert").getByText(`You have no rights on ${name}.`).waitFor();
    expect(await page.locator("main[aria-busy=true]").count()).toBe(0);
    expect(await note.inputValue()).toBe("Umrichter getauscht");
    await expectAccessible(page);
    // It is one's own connection still: the note about it can be saved.
    await button(page, "Save").click();
    await page.locator(".note", { hasText: "Umrichter getauscht" }).waitFor();
    await page.getByRole("alert").getByRole("link", { name: "All machines" }).click();
    await page.getByText("of 129 machines").waitFor();
    await page.goto(`${stage.url}/machines/${id}`);
    await page.getByRole("alert").getByText("machineUnknown").waitFor();
    expect(await page.getByText(name).count()).toBe(0);
    await stage.give("anna", name);
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await page.context().close();
  });

  test("keeps a note and an order that are being written, wherever one goes meanwhile", async () => {
    const name = names[10] ?? "";
    const id = await stage.machineId(name);
    await laptop.post(`/machines/${id}/connect`, everything);
    await laptop.post(`/machines/${id}/disconnect`, { tunnel: null });
    const page = await stage.signedInPage("anna");
    await page.goto(`${stage.url}/machines/${id}`);
    await button(page, /^Add a note to the connection of/).click();
    await page.getByLabel("Note", { exact: true }).fill("Lüfter läuft wieder");
    await button(page, `Connect to ${name}`).click();
    await page.getByRole("dialog").getByLabel("Reason (optional)").fill("Servo F7");
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "All machines" }).click();
    await page.getByRole("list", { name: "Machines", exact: true }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { level: 1, name }).waitFor();
    expect(await page.getByLabel("Note", { exact: true }).inputValue()).toBe("Lüfter läuft wieder");
    await button(page, `Connect to ${name}`).click();
    expect(await page.getByRole("dialog").getByLabel("Reason (optional)").inputValue()).toBe("Servo F7");
    await page.context().close();
  });

  test("of a machine that is not there, or not one's own, says so", async () => {
    const page = await stage.signedInPage("anna");
    await page.goto(`${stage.url}/machines/nothing`);
    await page.getByRole("alert").getByText("machineUnknown").waitFor();
    await page.goto(`${stage.url}/somewhere/else`);
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    await expectAccessible(page);
    await page.context().close();
  });
});

describe("the connect dialogue", () => {
  test("says to dial first when the laptop has hung up meanwhile, and goes on when it dials", async () => {
    const page = await stage.signedInPage("kristina.lindqvist");
    const name = names[11] ?? "";
    await stage.give("kristina.lindqvist", name);
    const tunnel = await stage.dialIn("kristina.lindqvist", "LT-KL");
    await button(page, `Connect to ${name}`).click();
    const dialog = page.getByRole("dialog");
    const connect = dialog.getByRole("button", { name: "Connect" });
    await dialog.getByLabel("Order number (optional)").fill("A-4713");
    await expect.poll(() => connect.isEnabled()).toBe(true);
    // The list is asked for every other second: pressed before it says so.
    await page.route("**/api/v1/tunnels", (route) => route.abort());
    await tunnel.hangUp();
    await page.unroute("**/api/v1/tunnels");
    await connect.click();
    await dialog.getByText("There is no tunnel to the portal yet.").waitFor();
    expect(await connect.isDisabled()).toBe(true);
    await expectAccessible(page);
    const again = await stage.dialIn("kristina.lindqvist", "LT-KL");
    await expect.poll(() => connect.isEnabled()).toBe(true);
    expect(await dialog.getByText("There is no tunnel to the portal yet.").count()).toBe(0);
    expect(await dialog.getByLabel("Order number (optional)").inputValue()).toBe("A-4713");
    // A laptop that dials anew between two looks has another tunnel: it is the one that is meant.
    await page.route("**/api/v1/tunnels", (route) => route.abort());
    await again.hangUp();
    const third = await stage.dialIn("kristina.lindqvist", "LT-KL");
    await page.unroute("**/api/v1/tunnels");
    await connect.click();
    await dialog.waitFor({ state: "detached" });
    await button(page, `Disconnect from ${name}`).click();
    await button(page, `Connect to ${name}`).waitFor();
    await third.hangUp();
    await stage.withdraw("kristina.lindqvist", name);
    await page.context().close();
  });
});

describe("one's own profile", () => {
  test("sets up a second factor with the key that it shows, and signing in asks for it", async () => {
    const page = await stage.signedInPage("björn");
    await page.getByRole("link", { name: /björn/ }).click();
    await button(page, "Set up").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Password", { exact: true }).fill("not my password");
    await dialog.getByRole("button", { name: "Continue" }).click();
    await dialog.getByText("This is not your current password.").waitFor();
    await dialog.getByLabel("Password", { exact: true }).fill(password);
    await dialog.getByRole("button", { name: "Continue" }).click();
    await dialog.getByRole("img", { name: "QR code for your authenticator app" }).waitFor();
    await expectAccessible(page);
    const secret = ((await dialog.locator("code").textContent()) ?? "").replaceAll(" ", "");
    const code = dialog.getByLabel("The six digits that the app shows");
    await code.fill("000 000");
    await dialog.getByText("codeRefused").waitFor();
    await code.fill(stage.code(secret));
    await page.getByText("The second factor is on. From now on signing in asks for a code.").waitFor();

    const { page: fresh } = await stage.page();
    await fresh.goto(stage.url);
    await fresh.getByLabel("Account").fill(` ${account} `);
    await fresh.getByLabel("User").fill("björn");
    await fresh.getByLabel("Password", { exact: true }).fill(password);
    await button(fresh, "Sign in").click();
    await fresh.getByText(/Time left for this step: [45]:\d\d/).waitFor();
    const next = stage.code(secret, 30_000);
    await fresh.getByLabel("Code from your authenticator app").fill(`${next.slice(0, 3)} ${next.slice(3)}`);
    await fresh
      .getByText(/machines|No machines yet/)
      .first()
      .waitFor();
    await fresh.context().close();

    await button(page, "Switch off").click();
    await page.getByRole("dialog").getByLabel("Password", { exact: true }).fill(password);
    stage.portal.clock.pass(60_000);
    await page.getByRole("dialog").getByLabel("Code from your authenticator app").fill(stage.code(secret));
    await page.getByRole("dialog").getByRole("button", { name: "Switch off" }).click();
    await page.getByText("The second factor is off.").waitFor();
    await page.context().close();
  });

  test("lists sessions and remembered computers, and ends them", async () => {
    const body = { account, user: "kristina.lindqvist", password, client: "agent", device: "LT-KL", remember: true };
    const token = String((await stage.stranger().post("/login", body)).body.token);
    const agent = stage.stranger().with({ authorization: `Bearer ${token}` });
    const page = await stage.signedInPage("kristina.lindqvist");
    await page.getByRole("link", { name: /kristina/ }).click();
    const sessions = page.getByRole("list", { name: "Where you are signed in" });
    await sessions.getByText("here", { exact: true }).waitFor();
    await page.getByRole("list", { name: "Remembered computers" }).getByText("LT-KL").waitFor();
    await button(page, "Forget LT-KL").click();
    await page.getByRole("dialog").getByText("The program there asks for password and code again.").waitFor();
    await expectAccessible(page);
    await page.getByRole("dialog").getByRole("button", { name: "Forget" }).click();
    await page.getByText("LT-KL is forgotten.").waitFor();
    await page.getByText("None. A computer is remembered").waitFor();
    expect((await agent.get("/me")).status).toBe(401);
    await page.context().close();
  });

  test("changes the password, says what is wrong with a weak one, and keeps what was typed", async () => {
    const elsewhere = await stage.signedInPage("kristina.lindqvist");
    await elsewhere.getByText("No machines yet").waitFor();
    const page = await stage.signedInPage("kristina.lindqvist");
    await page.getByRole("link", { name: /kristina/ }).click();
    const next = page.getByLabel("New password", { exact: true });
    await page.getByLabel("Current password", { exact: true }).fill(password);
    await next.fill("too short");
    await button(page, "Change the password").click();
    await page.getByText("It needs at least 12 characters.").waitFor();
    expect(await next.inputValue()).toBe("too short");
    await page.getByRole("button", { name: "Show “New password”" }).click();
    expect(await next.getAttribute("type")).toBe("text");
    await next.fill('ångbåt + tre %20 kryss & "moln"');
    await button(page, "Change the password").click();
    await page.getByText("The password is changed. Everywhere else you are signed out.").waitFor();
    await elsewhere.getByText("The portal has ended your access.").waitFor();
    await expectAccessible(page);
    await page.context().close();
    await elsewhere.context().close();
  });

  test("takes language and colours at once, and keeps them", async () => {
    const page = await stage.signedInPage("anna");
    await page.goto(`${stage.url}/profile`);
    await page.getByLabel("Language", { exact: true }).selectOption("sv");
    await page.getByRole("heading", { name: "Var du är inloggad" }).waitFor();
    await page.getByLabel("Färger", { exact: true }).selectOption("dark");
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("dark");
    await page.reload();
    await page.getByRole("heading", { name: "Var du är inloggad" }).waitFor();
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("dark");
    expect(await page.evaluate("document.documentElement.lang")).toBe("sv");
    await page.context().close();
  });
});

describe("every page", () => {
  // Axe looks at everything on seven pages: on a busy machine that is a minute.
  const patience = { timeout: 240_000 };
  const looks = [
    { name: "light", theme: "system", options: { colorScheme: "light" } },
    { name: "dark", theme: "system", options: { colorScheme: "dark" } },
    { name: "forced colours", theme: "system", options: { forcedColors: "active" } },
    {
      name: "contrast of the system, no motion",
      theme: "system",
      options: { contrast: "more", reducedMotion: "reduce" },
    },
    { name: "contrast that was chosen, by day", theme: "contrast", options: { colorScheme: "light" } },
    { name: "contrast that was chosen, by night", theme: "contrast", options: { colorScheme: "dark" } },
  ] as const;
  const sizes = [
    [1280, 800],
    [900, 600],
    // 1280×800 at 200 %.
    [640, 400],
  ] as const;

  beforeAll(async () => {
    const id = await stage.machineId(press());
    const past = (await laptop.post(`/machines/${id}/connect`, everything)).body;
    await laptop.post(`/machines/${id}/disconnect`, { tunnel: null });
    await laptop.put(`/history/${String(past.id)}/note`, { note: "Lüfter getauscht.\nBeobachten bis Freitag." });
    const other = (await laptop.post(`/machines/${await stage.machineId(names[6] ?? "")}/connect`, everything)).body;
    await laptop.put(`/intents/${String(other.id)}/state`, { state: "connected", cause: null, roundTripMs: 43 });
  });

  /** Goes everywhere once and calls `look` there. */
  const visit = async (page: Page, look: (where: string) => Promise<void>): Promise<void> => {
    const first = await stage.machineId(press());
    const at = async (path: string, there: string): Promise<void> => {
      await page.goto(`${stage.url}${path}`);
      await page.locator(there).first().waitFor();
    };
    await at("/", ".machine h2");
    await look("overview");
    await at("/?search=nothing+like+that", ".empty h2");
    await look("nothing found");
    await at(`/machines/${first}`, ".entry");
    await look("machine");
    await page.locator(".machine-actions button").click();
    await page.getByRole("dialog").getByRole("checkbox").first().waitFor();
    await look("connect");
    await at("/profile", ".places li");
    await look("profile");
    await page.locator(".sheet button").first().click();
    const dialog = page.getByRole("dialog");
    await dialog.locator("input").fill(password);
    await dialog.locator("button[type=submit]").click();
    await dialog.locator(".qr-code").waitFor();
    await look("second factor");
  };

  test.each(looks)("has nothing that axe finds: $name", patience, async ({ name, theme, options }) => {
    const page = await stage.signedInPage("anna", options);
    await page.goto(`${stage.url}/profile`);
    await page.getByLabel("Colours", { exact: true }).selectOption(theme);
    await visit(page, (where) => expectAccessible(page, `${name}, ${where}`));
    await page.context().close();
    const { page: fresh } = await stage.page(options);
    await fresh.goto(stage.url);
    await fresh.getByRole("heading", { name: "Sign in" }).waitFor();
    await fresh.getByLabel("Colours", { exact: true }).selectOption(theme);
    await expectAccessible(fresh, `${name}, sign-in`);
    await fresh.context().close();
  });

  test.each(["de", "sv", "en"])("has no text that is wider than its control: %s", patience, async (locale) => {
    const page = await stage.signedInPage("anna", { locale });
    for (const [width, height] of sizes) {
      await page.setViewportSize({ width, height });
      await visit(page, (where) => expectToFit(page, `${locale}, ${width}×${height}, ${where}`));
    }
    await page.context().close();
    const { page: fresh } = await stage.page({ locale });
    for (const [width, height] of sizes) {
      await fresh.setViewportSize({ width, height });
      await fresh.goto(`${stage.url}/#hand-over=old`);
      await fresh.locator("form").waitFor();
      await expectToFit(fresh, `${locale}, ${width}×${height}, sign-in`);
    }
    await fresh.context().close();
  });

  test("asks for nothing that the page's policy refuses", patience, async () => {
    const page = await stage.signedInPage("anna");
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await visit(page, async () => {});
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
