import { afterAll, beforeAll, expect, test } from "vitest";
import type { Lab } from "../lab/lab.ts";
import { giveManyMachines } from "../lab/many-machines.ts";
import { openLab } from "../lab/open.ts";
import { Technician } from "../stage/technician.ts";
import { expectAccessible } from "../window/accessible.ts";
import { WindowSeat } from "./window-seat.ts";

// An account of 20,000 machines, from the portal's database by the agent's address book to the window's list.

const many = 20_000;
let lab: Lab;
let seat: WindowSeat;
let technician: Technician;

beforeAll(async () => {
  lab = await openLab({ office: "open", stands: "product" });
  technician = new Technician(lab);
  await giveManyMachines(lab, lab.variable("ACCOUNT"), lab.variable("USER"), many);
  await technician.signIn();
  seat = await WindowSeat.open(lab);
});

afterAll(async () => {
  await lab?.close();
  await seat?.close();
});

test("20,000 machines are in the list, and the one that is looked for is found by typing, connected and reached", async () => {
  const { page } = seat;
  const press = lab.variable("MACHINE1_NAME");
  await page.getByText(/^20,0\d\d machines$/).waitFor();
  const rows = await page.getByRole("row").count();
  expect(rows).toBeLessThan(100); // only what is in view is in the page
  expect(Number(await page.getByRole("treegrid").getAttribute("aria-rowcount"))).toBeGreaterThan(many);
  await expectAccessible(page);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("bench press-19999");
  await page.getByText("1 machine", { exact: true }).waitFor();
  await page.keyboard.press("Control+a");
  await page.keyboard.type(press);
  await page.keyboard.press("Control+Enter");
  await page
    .getByRole("row", { name: new RegExp(`\\b${press}\\b`) })
    .first()
    .getByRole("gridcell", { name: "connected", exact: true })
    .waitFor();
  expect(await technician.register(lab.variable("MACHINE1_REMOTE_PLC"))).toBe(
    Number(lab.variable("MACHINE1_REGISTER")),
  );
  expect(seat.complaints).toEqual([]);
});

test("the far end of the list is a key away", async () => {
  const { page } = seat;
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
  const focused = page.locator("[role=row]:focus");
  await focused.waitFor();
  expect(Number(await focused.getAttribute("aria-rowindex"))).toBeGreaterThan(many);
});
