import { afterAll, beforeAll, expect, test } from "vitest";
import { bookEntry, machine } from "../../app/desktop/renderer/testing/machines.ts";
import { connection, readyState, scenes } from "../../app/desktop/renderer/testing/scenes.ts";
import { CauseError } from "../../contract/causes.ts";
import { type OpenWindow, WindowStage } from "./open.ts";

let stage: WindowStage;

beforeAll(async () => {
  stage = await WindowStage.open();
});

afterAll(async () => {
  await stage?.close();
});

const row = ({ page }: OpenWindow, name: string) => page.getByRole("row").filter({ hasText: name });
const search = ({ page }: OpenWindow) =>
  page.getByRole("searchbox", { name: "Search machine, customer, place, network" });
const list = ({ page }: OpenWindow) => page.getByRole("region", { name: "Machines", exact: true });
const chosen = ({ page }: OpenWindow) => page.getByRole("row", { selected: true });
const dialog = ({ page }: OpenWindow, name: string) => page.getByRole("dialog", { name });

async function isFocused(window: OpenWindow, name: string): Promise<boolean> {
  return await window.page.evaluate((text) => document.activeElement?.textContent?.includes(text) ?? false, name);
}

test("the search finds as one types, says how many, and says so when it finds none", async () => {
  const window = await stage.show(scenes.manyMachines);
  await list(window).getByText("20,000 machines").waitFor();
  await search(window).fill("simacek mixer-29");
  await list(window)
    .getByText(/^\d+ machines?$/)
    .waitFor();
  await row(window, "mixer-29").first().waitFor();
  await search(window).fill("nowhere at all");
  await window.page.getByRole("heading", { name: "Nothing found for “nowhere at all”" }).waitFor();
  await window.page.keyboard.press("Escape");
  await list(window).getByText("20,000 machines").waitFor();
  expect(window.complaints).toEqual([]);
  await window.close();
});

test("of 20,000 machines only those in view are in the page, and the last can be reached by a key", async () => {
  const window = await stage.show(scenes.manyMachines);
  await row(window, "Favourites").waitFor();
  await search(window).press("ArrowDown");
  await window.page.keyboard.press("End");
  const grid = window.page.getByRole("treegrid", { name: "Machines" });
  const count = Number(await grid.getAttribute("aria-rowcount"));
  expect(count).toBeGreaterThan(20_000);
  await window.page.locator(`[aria-rowindex="${count}"]:focus`).waitFor();
  expect(await window.page.getByRole("row").count()).toBeLessThan(60);
  await window.close();
});

test("groups close and open by the arrow keys, and an arrow leads from a machine to its group", async () => {
  const window = await stage.show(scenes.ready);
  await search(window).press("ArrowDown");
  expect(await isFocused(window, "oven-24")).toBe(true);
  await window.page.keyboard.press("ArrowLeft");
  expect(await isFocused(window, "Favourites")).toBe(true);
  await window.page.keyboard.press("ArrowLeft");
  await row(window, "oven-24").waitFor({ state: "detached" });
  expect(await row(window, "Favourites").getAttribute("aria-expanded")).toBe("false");
  await window.page.keyboard.press("ArrowRight");
  await row(window, "oven-24").waitFor();
  await window.close();
});

test("what is typed in the list goes to the search, its first letter, too; a key with two others marks a favourite", async () => {
  const window = await stage.show(scenes.ready);
  await search(window).press("ArrowDown");
  await window.page.keyboard.type("filler-22");
  expect(await search(window).inputValue()).toBe("filler-22");
  expect(window.program.asks("mark")).toEqual([]);
  await window.page.keyboard.press("Control+Shift+F");
  expect(await window.program.asked("mark")).toMatchObject({ machine: "machine-22", mark: { favourite: true } });
  await window.page.keyboard.press("Escape");
  await search(window).press("ArrowDown");
  await window.page.keyboard.press("Control+Shift+F");
  await expect.poll(() => window.program.asks("mark").length).toBe(2);
  await window.page.keyboard.type("mixer-29");
  expect(await search(window).inputValue()).toBe("mixer-29");
  await row(window, "mixer-29").waitFor();
  await window.close();
});

test("a machine is connected and disconnected without leaving the keyboard", async () => {
  const window = await stage.show(scenes.ready);
  const { page, program } = window;
  program.answer("connect", async () => {
    await window.push(
      "state",
      readyState([connection(22, { state: "connected", since: "2026-06-17T09:30:00.000Z", roundTripMs: 35 })]),
    );
    return { type: "done" };
  });
  await page.keyboard.press("Control+k");
  await page.keyboard.type("filler-22");
  await page.keyboard.press("Enter");
  await dialog(window, "Connect to filler-22").waitFor();
  await page.keyboard.type("4711");
  await page.keyboard.press("Tab");
  await page.keyboard.type("bearing");
  await page.keyboard.press("Enter");
  expect(await program.asked("connect")).toMatchObject({
    machine: "machine-22",
    networks: null,
    orderNumber: "4711",
    reason: "bearing",
    standIn: false,
  });
  await dialog(window, "Connect to filler-22").waitFor({ state: "detached" });
  await row(window, "filler-22").getByText("35 ms").waitFor();
  await page.getByRole("status").filter({ hasText: "filler-22: connected." }).waitFor({ state: "attached" });
  expect(await search(window).evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press("Enter");
  expect(await program.asked("disconnect")).toMatchObject({ machine: "machine-22" });
  await window.close();
});

test("control and Enter connects at once; what is in the way is told where it can be tried again", async () => {
  const window = await stage.show(scenes.ready);
  window.program.answer("connect", () => {
    throw new CauseError("machineOffline");
  });
  await window.page.keyboard.press("Control+k");
  await window.page.keyboard.type("filler-22");
  await window.page.keyboard.press("Control+Enter");
  await dialog(window, "Connect to filler-22").getByRole("alert").getByText("filler-22 is offline.").waitFor();
  await window.close();
});

test("without a tunnel it dials first and then connects; a failed dial keeps what was typed", async () => {
  const window = await stage.show(scenes.signedIn);
  const { page, program } = window;
  program.answer("dial", () => {
    throw new CauseError("noWay");
  });
  await row(window, "oven-24").dblclick();
  const open = dialog(window, "Connect to oven-24");
  await open.getByText("There is no tunnel yet: Anslut dials first.").waitFor();
  await open.getByLabel("Order number (optional)").fill("4711");
  await open.getByRole("button", { name: "Dial and connect" }).click();
  await open.getByRole("alert").getByText("noWay").waitFor();
  expect(await open.getByLabel("Order number (optional)").inputValue()).toBe("4711");
  program.answer("dial", () => ({ type: "done" }));
  await open.getByRole("button", { name: "Dial and connect" }).click();
  expect(await program.asked("connect")).toMatchObject({ machine: "machine-24", orderNumber: "4711" });
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await window.close();
});

test("connecting can be cancelled", async () => {
  const window = await stage.show(scenes.ready);
  window.program.answer("connect", () => new Promise(() => undefined));
  await row(window, "oven-24").dblclick();
  await dialog(window, "Connect to oven-24").getByRole("button", { name: "Connect" }).click();
  await window.page.getByText("Connecting …").first().waitFor();
  await dialog(window, "Connect to oven-24").getByRole("button", { name: "Cancel" }).click();
  const { id } = await window.program.asked("connect");
  expect(await window.program.called("cancel")).toEqual({ id });
  await window.close();
});

test("only the chosen networks are asked for", async () => {
  const entry = bookEntry(5, {
    machine: {
      ...machine(5),
      online: true,
      networks: ["10.1.0.0/24", "10.2.0.0/24"].map((network) => ({ network, standIn: null, only: null })),
    },
  });
  const window = await stage.show({ ...scenes.ready, entries: [entry] });
  await row(window, "palletiser-5").dblclick();
  await dialog(window, "Connect to palletiser-5").getByRole("checkbox", { name: "10.1.0.0/24" }).press("Space");
  await window.page.getByRole("dialog").getByRole("button", { name: "Connect" }).click();
  expect(await window.program.asked("connect")).toMatchObject({ networks: ["10.2.0.0/24"] });
  await window.close();
});

test("a link asks before it does anything, and an unknown machine gets a sentence", async () => {
  const window = await stage.show(scenes.ready);
  await window.push("connectAsked", { machine: "machine-17", detail: "" });
  await dialog(window, "Connect to pump-17").getByText("A link asks for this.").waitFor();
  expect(window.program.asks("connect")).toEqual([]);
  await window.page.keyboard.press("Escape");
  await window.page.getByRole("dialog").waitFor({ state: "detached" });
  expect(window.program.asks("connect")).toEqual([]);
  await window.push("connectAsked", { machine: "nobody-knows", detail: "" });
  await dialog(window, "There is no such machine").waitFor();
  await window.close();
});

test("a link that comes while nobody is signed in asks after the sign-in", async () => {
  const window = await stage.show(scenes.signedOut);
  await window.push("connectAsked", { machine: "machine-17", detail: "" });
  await window.page.getByText("A link wants to connect you to a machine.").waitFor();
  await window.push("state", scenes.signedIn.state);
  await window.push("machines", { whole: true, more: false, from: null, entries: [bookEntry(17)], removed: [] });
  await dialog(window, "Connect to pump-17").waitFor();
  await window.close();
});

test("the row that one connected from stays where it is", async () => {
  const window = await stage.show(scenes.ready);
  await row(window, "mixer-29").waitFor({ state: "detached" });
  const before = await row(window, "mill-1").first().boundingBox();
  await window.push("machines", {
    whole: false,
    more: false,
    from: null,
    entries: [bookEntry(29, { lastUsed: "2026-06-17T09:29:00.000Z" })],
    removed: [],
  });
  await list(window).getByText("36 machines").waitFor();
  expect(await row(window, "mill-1").first().boundingBox()).toEqual(before);
  await window.close();
});

test("the address book works without a sign-in and says how old it is", async () => {
  const window = await stage.show(scenes.offlineBook);
  await window.page.getByRole("button", { name: "Address book" }).click();
  await window.page.getByText("This list is old.").waitFor();
  await window.page.getByText("(yesterday)").waitFor();
  await row(window, "oven-24").getByText("not known now").first().waitFor({ state: "attached" });
  await list(window).getByRole("button", { name: "Sign in" }).click();
  await window.page.getByRole("heading", { name: "Sign in" }).waitFor();
  await window.close();
});

test("a connection is not green while the tunnel is dialled again, nor while the agent is away", async () => {
  const window = await stage.show(scenes.connected);
  await row(window, "pump-17").getByText("41 ms").waitFor();
  await window.push("state", scenes.reconnecting.state);
  await row(window, "pump-17").getByText("waits for the tunnel").first().waitFor({ state: "attached" });
  expect(await row(window, "pump-17").getByText("41 ms").count()).toBe(0);
  await window.push("state", scenes.connected.state);
  await row(window, "pump-17").getByText("41 ms").waitFor();
  await window.push("agent", { link: "lost", failure: null });
  await row(window, "pump-17").getByText("not known now").first().waitFor({ state: "attached" });
  await window.close();
});

test("choosing a machine by the arrow keys keeps it in view and chosen", async () => {
  const window = await stage.show(scenes.manyMachines, { width: 900, height: 600 });
  await search(window).press("ArrowDown");
  for (let step = 0; step < 30; step++) await window.page.keyboard.press("ArrowDown");
  const active = window.page.locator("[role=row]:focus");
  await active.waitFor();
  const box = await active.boundingBox();
  expect(box!.y + box!.height).toBeLessThanOrEqual(600);
  expect(await chosen(window).count()).toBeLessThanOrEqual(1);
  await window.close();
});

const overlapping17 = connection(17, {
  state: "overlapping",
  network: "192.168.1.0/24",
  local: "192.168.1.0/24",
  other: null,
  adapter: "eth0",
  needed: null,
});

test("what is not connected is offered to be connected, by the list’s button and by Enter", async () => {
  const window = await stage.show({ ...scenes.ready, state: readyState([overlapping17]) });
  await row(window, "pump-17").getByRole("button", { name: "Connect to pump-17" }).waitFor();
  await search(window).fill("pump-17");
  await window.page.keyboard.press("Enter");
  await dialog(window, "Connect to pump-17").waitFor();
  expect(window.program.asks("disconnect")).toEqual([]);
  await window.close();
});

test("the row’s button chooses the machine, so that what is in the way is told beside the list", async () => {
  const window = await stage.show(scenes.ready);
  const { page, program } = window;
  await row(window, "oven-24").click();
  await page.getByRole("article", { name: "oven-24" }).waitFor();
  program.answer("connect", async () => {
    await window.push("state", readyState([overlapping17]));
    throw new CauseError("overlap");
  });
  await row(window, "pump-17").hover();
  await row(window, "pump-17").getByRole("button", { name: "Connect to pump-17" }).click();
  await dialog(window, "Connect to pump-17").getByRole("button", { name: "Connect" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page
    .getByRole("article", { name: "pump-17" })
    .getByRole("button", { name: "Connect by stand-in addresses" })
    .waitFor();
  await window.close();
});

const narrow = { width: 640, height: 600 } as const;

test("in a narrow window Ctrl+K and / bring the list back before they lead to its search", async () => {
  for (const key of ["Control+k", "/"]) {
    const window = await stage.show(scenes.ready, narrow);
    await row(window, "oven-24").click();
    await window.page.getByRole("article", { name: "oven-24" }).waitFor();
    expect(await search(window).isVisible()).toBe(false);
    await window.page.keyboard.press(key);
    expect(await search(window).evaluate((element) => element === document.activeElement)).toBe(true);
    await window.close();
  }
});

test("in a narrow window a machine that is withdrawn, or that never was, gives the list back", async () => {
  const window = await stage.show(scenes.ready, narrow);
  await row(window, "oven-24").click();
  await window.page.getByRole("article", { name: "oven-24" }).waitFor();
  await window.push("machines", { whole: false, more: false, from: null, entries: [], removed: ["machine-24"] });
  await search(window).waitFor();
  await window.push("connectAsked", { machine: "nobody-knows", detail: "" });
  await dialog(window, "There is no such machine").waitFor();
  await window.page.keyboard.press("Escape");
  await search(window).waitFor();
  await window.close();
});

test("in a narrow window there is a way back while the chosen machine is not known yet", async () => {
  const window = await stage.show(scenes.starting, narrow);
  await window.push("connectAsked", { machine: "machine-17", detail: "" });
  await window.page.getByRole("button", { name: "Back to the list" }).click();
  await search(window).waitFor();
  await window.close();
});
