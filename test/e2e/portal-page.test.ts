import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Lab } from "../lab/lab.ts";
import { openLab } from "../lab/open.ts";
import { Technician } from "../stage/technician.ts";
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

const button = (name: string) => page.getByRole("button", { name, exact: true });

async function expectAccessible(): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}

test("a wrong password is refused in a sentence, and what was typed stays", async () => {
  await page.goto(`${lab.variable("PORTAL_URL")}/`);
  await page.getByLabel("Account").fill(lab.variable("ACCOUNT"));
  await page.getByLabel("User").fill(lab.variable("USER"));
  await page.getByLabel("Password").fill("not the password, but long");
  await button("Sign in").click();
  await page.getByRole("alert").getByText("credentialsRefused").waitFor();
  expect(await page.getByLabel("Account").inputValue()).toBe(lab.variable("ACCOUNT"));
  await expectAccessible();
});

test("signing in asks for the second factor as a step of its own", async () => {
  await page.getByLabel("Password").fill(lab.variable("PASSWORD"));
  await button("Sign in").click();
  const code = page.getByLabel("Code from your authenticator app");
  await code.waitFor();
  await expectAccessible();
  await code.fill(await technician.secondFactor());
  await page.getByRole("list", { name: "Machines" }).waitFor();
  await expectAccessible();
});

test("the search finds machines as one types, and says so when it finds none", async () => {
  const search = page.getByRole("searchbox", { name: "Search machine, customer, place" });
  await search.fill("basement");
  await page.getByText("1 of 1 machine").waitFor();
  await page.getByRole("heading", { name: "mill-3" }).waitFor();
  await search.fill("nowhere");
  await page.getByRole("heading", { name: "Nothing found for “nowhere”" }).waitFor();
  await search.fill("");
  await page.getByRole("heading", { name: lab.variable("MACHINE1_NAME") }).waitFor();
});

test("Connect without a tunnel says to dial first", async () => {
  await button(`Connect to ${lab.variable("MACHINE1_NAME")}`).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("alert").getByText("dialFirst").waitFor();
  expect(await dialog.getByRole("link", { name: "Open Anslut on this computer" }).getAttribute("href")).toMatch(
    /^anslut:\/\/connect\?id=/,
  );
  await expectAccessible();
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
  await page.getByText(/Connected\. The router answers in \d+ ms\./).waitFor();
  expect(await technician.register(lab.variable("MACHINE1_REMOTE_PLC"))).toBe(
    Number(lab.variable("MACHINE1_REGISTER")),
  );
  await expectAccessible();

  await button(`Disconnect from ${lab.variable("MACHINE1_NAME")}`).click();
  await button(`Connect to ${lab.variable("MACHINE1_NAME")}`).waitFor();
  await expect(technician.register(lab.variable("MACHINE1_REMOTE_PLC"))).rejects.toThrow("no register");
});

test("the language changes at once, and everything is reachable by keyboard", async () => {
  await page.getByLabel("Language").selectOption("sv");
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
