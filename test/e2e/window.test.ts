import type { Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Lab } from "../lab/lab.ts";
import { readRegister } from "../lab/modbus.ts";
import { openLab } from "../lab/open.ts";
import { administer } from "../reach/scene.ts";
import { Technician } from "../stage/technician.ts";
import { expectAccessible } from "../window/accessible.ts";
import { WindowSeat } from "./window-seat.ts";

// A technician's day before the window, in the order in which it happens: each test begins where the one before has ended.

let lab: Lab;
let seat: WindowSeat;
let technician: Technician;
let press: string;
let mill: string;

beforeAll(async () => {
  lab = await openLab({ office: "only443", stands: "product" });
  technician = new Technician(lab);
  press = lab.variable("MACHINE1_NAME");
  mill = lab.variable("MACHINE3_NAME");
  seat = await WindowSeat.open(lab);
});

afterAll(async () => {
  await lab?.close(); // and stage and Chromium with it
  await seat?.close();
});

afterEach(() => {
  expect(seat.complaints).toEqual([]);
});

const button = (name: string | RegExp): Locator => seat.page.getByRole("button", { name, exact: true });
const session = (): Locator => seat.page.getByRole("region", { name: "Connection to the portal" });
const main = (): Locator => seat.page.getByRole("main");
const row = (machine: string): Locator => seat.page.getByRole("row", { name: new RegExp(`\\b${machine}\\b`) });
/** How a machine stands, in the list. */
const light = (machine: string, word: string | RegExp): Promise<void> =>
  row(machine).getByRole("gridcell", { name: word, exact: true }).waitFor();
const place = (name: string): Promise<void> =>
  seat.page.getByRole("navigation", { name: "Places" }).getByRole("button", { name, exact: true }).click();
/** What a screen reader was told last. */
const told = (text: string | RegExp): Promise<void> => seat.page.getByRole("status").getByText(text).last().waitFor();
const plc = (): string => lab.variable("MACHINE1_REMOTE_PLC");
const register = (address: string) => readRegister(lab, "laptop", address, 1, "tech");

describe("the first start, in an office whose proxy wants a password", () => {
  test("the proxy is set once, without its password", async () => {
    await lab.setFirewall("proxyOnly", "basic");
    await place("Settings");
    await seat.page.getByRole("radio", { name: /^This proxy/ }).focus();
    await seat.page.keyboard.press("Space");
    await seat.page.getByRole("textbox", { name: "Proxy" }).fill(lab.variable("PROXY_HOST"));
    await seat.page.getByRole("textbox", { name: "Port" }).fill(lab.variable("PROXY_PORT_BASIC"));
    await button("Apply").click();
    await seat.page.getByText("In force.").waitFor();
  });

  test("asks for the portal alone, takes its address as it is pasted, and asks for the proxy's password on the way", async () => {
    await place("Machines");
    await seat.page.getByLabel("Address of the portal").fill(`  https://${lab.variable("PORTAL_HOST")}/\n`);
    await expectAccessible(seat.page);
    await button("Continue").click();
    await seat.page.getByLabel("User name in this network").fill(lab.variable("PROXY_USER"));
    await seat.page.getByLabel("Password in this network").fill("not the one");
    await button("Continue").click();
    await main().getByRole("alert").getByText("proxyAuthRefused").waitFor();
    await expectAccessible(seat.page);
    expect(await seat.page.getByLabel("User name in this network").inputValue()).toBe(lab.variable("PROXY_USER"));
    await seat.page.getByLabel("Password in this network").fill(lab.variable("PROXY_PASSWORD"));
    await button("Continue").click();
    await seat.page.getByRole("figure", { name: /^Fingerprint/ }).waitFor();
    await expectAccessible(seat.page);
  });

  test("compares the fingerprint that the administrator gave", async () => {
    const given = seat.page.getByLabel("The fingerprint you were given");
    await given.fill("0123456789abcdef");
    await seat.page.getByText("It is another one. Do not go on").waitFor();
    await given.fill(
      lab
        .variable("PORTAL_FINGERPRINT")
        .replace(/(.{2})(?!$)/g, "$1:")
        .toUpperCase(),
    );
    await seat.page.getByText("It is the same.").waitFor();
    await button("Add the portal").click();
    await seat.page.getByLabel("Account").waitFor();
    await expectAccessible(seat.page);
  });
});

describe("signing in", () => {
  test("goes through that proxy, asks for the second factor, and a wrong password is its own sentence", async () => {
    await seat.page.getByLabel("Account").fill(lab.variable("ACCOUNT"));
    await seat.page.getByLabel("User", { exact: true }).fill(lab.variable("USER"));
    await seat.page.getByLabel("Password", { exact: true }).fill("not the password, but long");
    await main().getByRole("button", { name: "Sign in", exact: true }).click();
    await main().getByRole("alert").getByText("credentialsRefused").waitFor();
    expect(await seat.page.getByLabel("Account").inputValue()).toBe(lab.variable("ACCOUNT"));
    await seat.page.getByLabel("Password", { exact: true }).fill(lab.variable("PASSWORD"));
    await seat.page.keyboard.press("Enter");
    const code = seat.page.getByLabel("One-time code");
    await code.waitFor();
    await expectAccessible(seat.page);
    // Pasted with a blank in the middle, and sent without a press.
    await code.fill((await technician.secondFactor()).replace(/(...)/, "$1 "));
    await row(press).waitFor();
    await expectAccessible(seat.page);
  });
});

describe("a machine", () => {
  test("is found by typing, and connected without a mouse: Anslut dials first", async () => {
    await seat.page.keyboard.press("Control+k");
    await seat.page.keyboard.type(press);
    await seat.page.getByText("1 machine", { exact: true }).waitFor();
    await seat.page.keyboard.press("ArrowDown");
    await seat.page.keyboard.press("Enter");
    const dialog = seat.page.getByRole("dialog");
    await dialog.getByText("There is no tunnel yet").waitFor();
    await expectAccessible(seat.page);
    await seat.page.keyboard.type("A-4711");
    await seat.page.keyboard.press("Enter");
    await session().getByText("Ready", { exact: true }).waitFor();
    await light(press, "connected");
    await told(`${press}: connected.`);
    expect(await register(plc())).toBe(Number(lab.variable("MACHINE1_REGISTER")));
  });

  test("shows its HMI in the same browser", async () => {
    const hmi = await seat.visit(`http://${lab.variable("MACHINE1_REMOTE_HMI")}/`);
    expect(await hmi.title()).toBe(lab.variable("MACHINE1_HMI_TITLE"));
    await hmi.close();
  });

  test("says what it has and how it answers, and its devices are tested from both sides", async () => {
    await row(press).click();
    const card = seat.page.getByRole("region", { name: "Test the devices" });
    await card.getByRole("textbox", { name: "Device" }).fill(lab.variable("MACHINE1_PLC"));
    await card.getByRole("textbox", { name: "TCP ports" }).fill("502, 80");
    await card.getByRole("button", { name: "Test", exact: true }).click();
    await card
      .getByRole("img", { name: /all the way from here to the device: works/ })
      .first()
      .waitFor();
    await expectAccessible(seat.page);
  });

  test("that is on the office's own addresses is explained with a picture, and cured by a button", async () => {
    await administer(lab, "account", "policy", "acme", "stand-in", "on-request");
    await seat.page.keyboard.press("Control+k");
    await seat.page.keyboard.press("Control+a");
    await seat.page.keyboard.type(mill);
    await seat.page.keyboard.press("ArrowDown");
    await seat.page.keyboard.press("Control+Enter");
    await seat.page
      .getByRole("heading", { name: `${mill} has the same addresses as the network you are in` })
      .waitFor();
    await seat.page.getByRole("img", { name: /^Picture: your network 192\.168\.178\.0\/24/ }).waitFor();
    await expectAccessible(seat.page);
    await button("Connect by stand-in addresses").click();
    await light(mill, "connected");
    const { connections } = (await technician.must(["status"])) as {
      readonly connections: readonly {
        readonly name: string;
        readonly networks: readonly { readonly standIn: string }[];
      }[];
    };
    const standIn = connections.find(({ name }) => name === mill)?.networks[0]?.standIn ?? "";
    expect(await register(standIn.replace(/0\/24$/, "10"))).toBe(Number(lab.variable("MACHINE3_REGISTER")));
    await seat.page.getByRole("region", { name: "Networks and addresses" }).getByText(standIn).first().waitFor();
    await expectAccessible(seat.page);
    await row(mill).click();
    await row(mill)
      .getByRole("button", { name: `Disconnect from ${mill}` })
      .click();
    await light(mill, "online");
  });
});

describe("the portal's own pages", () => {
  test("open signed in, on the way that the sign-in took, and Connect there connects this laptop", async () => {
    await seat.page.getByRole("searchbox").fill("");
    await row(press).click();
    await row(press)
      .getByRole("button", { name: `Disconnect from ${press}` })
      .click();
    await light(press, "online");
    await place("Portal");
    const portal = seat.portalFrame();
    await portal.getByRole("button", { name: `Connect to ${press}` }).click();
    const dialog = portal.getByRole("dialog");
    await dialog.getByRole("button", { name: "Connect", exact: true }).click();
    await told(`${press}: connected.`);
    expect(await register(plc())).toBe(Number(lab.variable("MACHINE1_REGISTER")));
    expect(await seat.page.evaluate(() => "anslut" in window)).toBe(true);
    const frame = seat.page.frames().find((other) => other.url() !== seat.page.url());
    expect(await frame?.evaluate(() => "anslut" in window)).toBe(false);
  });
});

describe("when something goes wrong", () => {
  test("a cut line is said as it is: nothing is green until an echo comes back", async () => {
    await place("Machines");
    await lab.cut("office");
    await session().getByText("Broken, dialling again").waitFor();
    await light(press, /^(waits for the tunnel|asking the portal)$/);
    await told(/^Portal: (Broken|Dialling)/);
    await expectAccessible(seat.page);
    await lab.restore("office");
    await session().getByText("Ready", { exact: true }).waitFor();
    await light(press, "connected");
  });

  test("the language changes in mid-session, states included, and nothing else does", async () => {
    await place("Settings");
    await seat.page.getByRole("radio", { name: "Svenska" }).focus();
    await seat.page.keyboard.press("Space");
    await seat.page
      .getByRole("region", { name: "Anslutning till portalen" })
      .getByText("Redo", { exact: true })
      .waitFor();
    expect(await seat.page.locator("html").getAttribute("lang")).toBe("sv");
    await seat.portalFrame().locator("html[lang=sv]").waitFor({ state: "attached" });
    await seat.page.getByRole("radio", { name: "English" }).focus();
    await seat.page.keyboard.press("Space");
    await session().getByText("Ready", { exact: true }).waitFor();
  });

  test("a right that is withdrawn ends the connection at once, and the machine is gone from the list", async () => {
    await place("Machines");
    const grants = (await administer(lab, "grant", "list", "acme")) as readonly {
      readonly id: string;
      readonly user: string;
      readonly machine: string;
    }[];
    const grant = grants.find(({ machine, user }) => machine === press && user === lab.variable("USER"));
    await administer(lab, "grant", "remove", "acme", grant?.id ?? "");
    await row(press).waitFor({ state: "detached" });
    await expect(technician.register(plc())).rejects.toThrow("no register");
    await expectAccessible(seat.page);
  });

  test("a link from elsewhere asks, and does nothing by itself", async () => {
    const { machines } = (await technician.must(["machines"])) as {
      readonly machines: readonly { readonly id: string; readonly name: string }[];
    };
    seat.followLink(machines.find(({ name }) => name === mill)?.id ?? "");
    const dialog = seat.page.getByRole("dialog", { name: `Connect to ${mill}` });
    await dialog.getByText("A link asks for this").waitFor();
    await seat.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await light(mill, "online");
  });

  test("an agent that dies is started again, and the window says so in between", async () => {
    await lab.output("laptop", ["pkill", "--uid", "tech", "--full", "agent.mjs"]);
    await session()
      .getByText(/Not known|Signed out|Ready|No tunnel/)
      .first()
      .waitFor();
    await session().getByText("Signed out").waitFor();
    await seat.page.getByLabel("Account").waitFor();
  });
});

test("every place can be reached by keyboard, and axe finds nothing in any of them", async () => {
  for (const [key, heading] of [
    ["3", /Doctor/],
    ["4", /History/],
    ["5", /Settings/],
    ["6", /About/],
  ] as const) {
    await seat.page.keyboard.press(`Control+${key}`);
    await main().getByRole("heading", { name: heading }).first().waitFor();
    await expectAccessible(seat.page);
  }
});
