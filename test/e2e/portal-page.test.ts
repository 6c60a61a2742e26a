import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Lab } from "../lab/lab.ts";
import { openLab } from "../lab/open.ts";
import { Technician } from "../stage/technician.ts";
import { expectAccessible } from "./accessible.ts";
import { type LabBrowser, openBrowser } from "./browser.ts";

let lab: Lab;
let chromium: LabBrowser;
let page: Page;
let technician: Technician;

beforeAll(async () => {
  lab = await openLab({ office: "only443", stands: "product" });
  technician = new Technician(lab);
  const { portal } = (await technician.must([
    ...["portal", "add", lab.variable("PORTAL_HOST")],
    ...["--fingerprint", lab.variable("PORTAL_FINGERPRINT")],
  ])) as { readonly portal: { readonly pin: string } };
  chromium = await openBrowser(lab, Buffer.from(portal.pin, "hex").toString("base64"));
  page = await (await chromium.browser.newContext({ locale: "en" })).newPage();
});

afterAll(async () => {
  await lab?.close(); // and Chromium with it
  await chromium?.close();
});

const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });

const password = (on = page) => on.getByLabel("Password", { exact: true });

test("a wrong password is refused in a sentence, and what was typed stays", async () => {
  await page.goto(`${lab.variable("PORTAL_URL")}/`);
  await page.getByLabel("Account").fill(lab.variable("ACCOUNT"));
  await page.getByLabel("User").fill(lab.variable("USER"));
  await password().fill("not the password, but long");
  await button("Sign in").click();
  await page.getByRole("alert").getByText("credentialsRefused").waitFor();
  expect(await page.getByLabel("Account").inputValue()).toBe(lab.variable("ACCOUNT"));
  await expectAccessible(page);
});

test("signing in asks for the second factor as a step of its own", async () => {
  await password().fill(lab.variable("PASSWORD"));
  await button("Sign in").click();
  const code = page.getByLabel("Code from your authenticator app");
  await code.waitFor();
  await expectAccessible(page);
  await code.fill(await technician.secondFactor());
  await page.getByRole("list", { name: "Machines" }).waitFor();
  await expectAccessible(page);
});

test("the search finds machines as one types, and says so when it finds none", async () => {
  const search = page.getByRole("searchbox", { name: "Search machine, customer, place" });
  await search.fill("basement");
  await page.getByText("1 of 1 machine").waitFor();
  await page.getByRole("heading", { name: "mill-3" }).waitFor();
  await search.fill("nowhere");
  await page.getByRole("heading", { name: "Nothing found for “nowhere”" }).waitFor();
  await search.fill("");
  await page.getByRole("radio", { name: "Offline" }).click();
  await page.getByRole("heading", { name: "No machine is offline" }).waitFor();
  await page.getByRole("radio", { name: "All" }).click();
  await page.getByRole("heading", { name: lab.variable("MACHINE1_NAME") }).waitFor();
});

test("Connect without a tunnel says to dial first", async () => {
  await button(`Connect to ${lab.variable("MACHINE1_NAME")}`).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("There is no tunnel to the portal yet.").waitFor();
  expect(await dialog.getByRole("link", { name: "Open Anslut on this computer" }).getAttribute("href")).toMatch(
    /^anslut:\/\/connect\?id=/,
  );
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
});

test("Connect on the page makes the laptop reach the PLC, Disconnect ends it", async () => {
  const words = ["--account", lab.variable("ACCOUNT"), "--user", lab.variable("USER")];
  const next = ["/opt/lab/wire", "totp", "--ahead", "1", lab.variable("TOTP_SECRET")];
  const code = await lab.output("laptop", next, { user: "tech" });
  await technician.must(
    ["login", ...words, "--password-stdin", "--code-stdin"],
    `${lab.variable("PASSWORD")}\n${code}`,
  );
  await technician.must(["dial"]);

  await button(`Connect to ${lab.variable("MACHINE1_NAME")}`).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("checkbox", { name: lab.variable("MACHINE1_NETWORK") }).waitFor();
  await dialog.getByLabel("Order number").fill("A-4711");
  await dialog.getByRole("button", { name: "Connect" }).click();
  await page.getByText(/The router answers in \d+ ms\./).waitFor();
  expect(await technician.register(lab.variable("MACHINE1_REMOTE_PLC"))).toBe(
    Number(lab.variable("MACHINE1_REGISTER")),
  );
  await expectAccessible(page);
  // What was written on the page is in the laptop's own journal as well.
  expect(JSON.stringify(await technician.must(["history"]))).toContain("A-4711");

  await button(`Disconnect from ${lab.variable("MACHINE1_NAME")}`).click();
  await button(`Connect to ${lab.variable("MACHINE1_NAME")}`).waitFor();
  await expect(technician.register(lab.variable("MACHINE1_REMOTE_PLC"))).rejects.toThrow("no register");
});

test("the machine's page shows the connection in its history, and takes a note about it", async () => {
  await page.getByRole("link", { name: lab.variable("MACHINE1_NAME") }).click();
  await page.getByRole("heading", { level: 1, name: lab.variable("MACHINE1_NAME") }).waitFor();
  await page.getByText("Order A-4711").waitFor();
  await button(/^Add a note to the connection of/).click();
  await page.getByLabel("Note", { exact: true }).fill("Fuse F3 replaced.");
  await button("Save").click();
  await page.getByText("Fuse F3 replaced.").waitFor();
  await page.reload();
  await page.getByText("Fuse F3 replaced.").waitFor();
  await expectAccessible(page);
  await page.goBack();
  await page.getByRole("list", { name: "Machines", exact: true }).waitFor();
});

test("a stand-in is given on the machine's page, and the PLC answers there", async () => {
  await technician.must(["connect", lab.variable("MACHINE1_NAME")]);
  await page
    .getByRole("link", { name: lab.variable("MACHINE1_NAME") })
    .first()
    .click();
  await button("Give it other addresses").click();
  const given = page.getByText(/192\.168\.0\.0\/24 now appears as 100\.\d+\.\d+\.0\/24\./);
  await given.waitFor();
  const standIn = /as (100\.\d+\.\d+)\.0/.exec((await given.textContent()) ?? "")?.[1];
  await expect
    .poll(() => technician.register(`${standIn}.10`).catch(() => null), { timeout: 30_000 })
    .toBe(Number(lab.variable("MACHINE1_REGISTER")));
  await button(`Disconnect from ${lab.variable("MACHINE1_NAME")}`).click();
  await button(`Connect to ${lab.variable("MACHINE1_NAME")}`).waitFor();
  await page.getByRole("link", { name: "All machines" }).click();
});

test("the agent hands itself over to the page: no question, no code in the address, and only once", async () => {
  const script = ["/opt/node/node", "/opt/repo/test/e2e/hand-over.ts"];
  const address = (await lab.output("laptop", script, { user: "tech" })).trim();
  const handed = await (await chromium.browser.newContext({ locale: "en" })).newPage();
  await handed.goto(address);
  await handed.getByRole("list", { name: "Machines", exact: true }).waitFor();
  expect(handed.url()).toBe(`${lab.variable("PORTAL_URL")}/`);
  const another = await (await chromium.browser.newContext({ locale: "en" })).newPage();
  await another.goto(address);
  await another.getByText("Please sign in here once.").waitFor();
  await another.context().close();
  await handed.context().close();
});

test("a second factor is taken away and set up anew with the key that the profile shows", async () => {
  const ben = await (await chromium.browser.newContext({ locale: "en" })).newPage();
  const codeOf = async (secret: string, ...ahead: string[]) =>
    (await lab.output("laptop", ["/opt/lab/wire", "totp", ...ahead, secret], { user: "tech" })).trim();
  const signIn = async (code: string): Promise<void> => {
    await ben.goto(`${lab.variable("PORTAL_URL")}/profile`);
    await ben.getByLabel("Account").fill(lab.variable("BEN_ACCOUNT"));
    await ben.getByLabel("User").fill(lab.variable("BEN_USER"));
    await password(ben).fill(lab.variable("BEN_PASSWORD"));
    await ben.getByRole("button", { name: "Sign in", exact: true }).click();
    await ben.getByLabel("Code from your authenticator app").fill(code);
    await ben.getByRole("heading", { name: "Second factor" }).waitFor();
  };
  await signIn(await codeOf(lab.variable("BEN_TOTP_SECRET")));
  const dialog = ben.getByRole("dialog");
  await ben.getByRole("button", { name: "Switch off" }).click();
  await dialog.getByLabel("Password", { exact: true }).fill(lab.variable("BEN_PASSWORD"));
  await dialog
    .getByLabel("Code from your authenticator app")
    .fill(await codeOf(lab.variable("BEN_TOTP_SECRET"), "--ahead", "1"));
  await dialog.getByRole("button", { name: "Switch off" }).click();
  await ben.getByText("The second factor is off.").waitFor();

  await ben.getByRole("button", { name: "Set up" }).click();
  await dialog.getByLabel("Password", { exact: true }).fill(lab.variable("BEN_PASSWORD"));
  await dialog.getByRole("button", { name: "Continue" }).click();
  const secret = ((await dialog.locator("code").textContent()) ?? "").replaceAll(" ", "");
  await dialog.getByLabel("The six digits that the app shows").fill(await codeOf(secret));
  await ben.getByText("The second factor is on.").waitFor();
  await ben.getByRole("button", { name: "Sign out" }).first().click();
  await ben.getByRole("heading", { name: "Sign in" }).waitFor();
  await signIn(await codeOf(secret, "--ahead", "1"));
  await ben.context().close();
});

test("a session that is ended on the page takes its tunnel on the laptop with it", async () => {
  expect(await technician.must(["status"])).toMatchObject({ session: { state: "ready" } });
  await page.getByRole("link", { name: "Profile of" }).click();
  await page.getByRole("heading", { name: "Where you are signed in" }).waitFor();
  await expectAccessible(page);
  const sessions = page.getByRole("list", { name: "Where you are signed in" });
  await sessions.getByRole("listitem").filter({ hasText: "In the program" }).getByRole("button").click();
  await page.getByRole("dialog").getByText("Its tunnel ends as well").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "End" }).click();
  await page.getByText("is signed out.").waitFor();
  await expect
    .poll(async () => (await technician.must(["status"])).session, { timeout: 15_000 })
    .toMatchObject({ state: "signedOut" });
});

test("the language changes at once, and everything is reachable by keyboard", async () => {
  await page.getByLabel("Language", { exact: true }).selectOption("sv");
  await page.getByRole("heading", { name: "Var du är inloggad" }).waitFor();
  await page.goBack();
  await page.getByRole("button", { name: `Anslut till ${lab.variable("MACHINE1_NAME")}` }).focus();
  await page.keyboard.press("Enter");
  await page
    .getByRole("dialog")
    .getByRole("heading", { name: `Anslut till ${lab.variable("MACHINE1_NAME")}` })
    .waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Logga ut" }).click();
  await page.getByRole("heading", { name: "Logga in" }).waitFor();
});
