// The pictures that README and docs show, from the real program in the lab:  node test/e2e/pictures.ts
// Build dist/ before: node build/bundle.ts

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import type { Lab } from "../lab/lab.ts";
import { openLab } from "../lab/open.ts";
import { administer, signedIn } from "../reach/scene.ts";
import { WindowSeat } from "./window-seat.ts";

const folder = join(import.meta.dirname, "..", "..", "docs", "pictures");
await mkdir(folder, { recursive: true });
const lab = await openLab({ office: "only443", stands: "product" });
try {
  const seat = await WindowSeat.open(lab, { viewport: { width: 1120, height: 760 }, deviceScaleFactor: 1 });
  await take(lab, seat);
  await seat.close();
} finally {
  await lab.close();
}

async function take(world: Lab, seat: WindowSeat): Promise<void> {
  const { page } = seat;
  const [press, mill] = [world.variable("MACHINE1_NAME"), world.variable("MACHINE3_NAME")];
  const place = (name: string): Promise<void> =>
    page.getByRole("navigation", { name: "Places" }).getByRole("button", { name, exact: true }).click();
  const row = (machine: string): Locator => page.getByRole("row", { name: new RegExp(`\\b${machine}\\b`) });

  await page.getByLabel("Address of the portal").fill(world.variable("PORTAL_HOST"));
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByLabel("The fingerprint you were given").fill(world.variable("PORTAL_FINGERPRINT"));
  await page.getByText("It is the same.").waitFor();
  await shoot(seat, "first-start");

  // Signing in by another face: the window follows.
  const technician = await signedIn(world);
  await administer(world, "account", "policy", "acme", "stand-in", "on-request");
  await row(press).click();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Order number").fill("A-4711");
  await dialog.getByLabel("Reason").fill("Press stops at 40 bar");
  await shoot(seat, "connect");
  await dialog.getByRole("button", { name: "Dial and connect" }).click();
  await row(press).getByRole("gridcell", { name: "connected", exact: true }).waitFor();
  const card = page.getByRole("region", { name: "Test the devices" });
  await card.getByRole("textbox", { name: "Device" }).fill(world.variable("MACHINE1_PLC"));
  await card.getByRole("textbox", { name: "TCP ports" }).fill("502, 80, 102");
  await card.getByRole("button", { name: "Test", exact: true }).click();
  const chain = card.getByRole("img", { name: /all the way from here/ });
  await chain.waitFor();
  await card.getByRole("button", { name: "Test", exact: true }).waitFor();
  await chain.evaluate((picture) => picture.scrollIntoView({ block: "start" }));
  await shoot(seat, "test-from-both-sides");

  await row(mill).click();
  await page.keyboard.press("Control+Enter");
  await page.getByRole("img", { name: /^Picture: your network/ }).waitFor();
  await shoot(seat, "overlap");

  await place("Portal");
  await seat.portalFrame().getByRole("list", { name: "Machines" }).waitFor();
  const icon = seat.portalFrame().locator("header img");
  await icon.evaluate((image: HTMLImageElement) => image.decode());
  await shoot(seat, "portal");

  await place("Doctor");
  await page.getByRole("button", { name: "Examine", exact: true }).click();
  await page.getByText(/can be reached from here|What to ask the IT here for/).waitFor();
  await shoot(seat, "doctor");

  // A little work, so that the plots have something to show.
  for (const _ of Array.from({ length: 20 })) {
    await technician.register(world.variable("MACHINE1_REMOTE_PLC"));
    await technician.title(world.variable("MACHINE1_REMOTE_HMI"));
    await page.waitForTimeout(1500);
  }
  await place("Machines");
  await row(press).click();
  await page.getByRole("heading", { name: press, level: 2 }).evaluate((heading) => heading.scrollIntoView());
  await shoot(seat, "machine");
  await technician.must(["settings", "theme", "dark"]);
  await page.locator("html[data-theme=dark]").waitFor();
  await shoot(seat, "machine-dark");
  await technician.must(["settings", "theme", "light"]);

  await world.cut("office");
  await page.getByText("Broken, dialling again", { exact: true }).waitFor();
  await shoot(seat, "cut");
}

async function shoot({ page }: WindowSeat, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
}
