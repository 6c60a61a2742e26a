import { afterAll, beforeAll, expect, test } from "vitest";
import { agentState, readyState, scenes } from "../../app/desktop/renderer/testing/scenes.ts";
import { initialPreferences } from "../../contract/preferences.ts";
import { type OpenWindow, WindowStage } from "./open.ts";

let stage: WindowStage;

beforeAll(async () => {
  stage = await WindowStage.open();
});

afterAll(async () => {
  await stage?.close();
});

const button = ({ page }: OpenWindow, name: string) => page.getByRole("button", { name, exact: true });
const session = ({ page }: OpenWindow) => page.getByRole("region", { name: "Connection to the portal" });

test("dialling, hanging up and signing out are one press each, in the states that allow them", async () => {
  const window = await stage.show(scenes.signedIn);
  await button(window, "Dial").click();
  await window.program.asked("dial");
  await window.push("state", scenes.dialling.state);
  await button(window, "Cancel").click();
  await window.program.asked("hangUp");
  await window.push("state", scenes.ready.state);
  await session(window).getByText("portal.example · for 42 min · answers in 38 ms").waitFor();
  await button(window, "Hang up").waitFor();
  expect(await button(window, "Dial").count()).toBe(0);
  await button(window, "Sign out").click();
  await window.program.asked("logout");
  await window.close();
});

test("a failure says what to do, and where to look further", async () => {
  const window = await stage.show(scenes.failed);
  await window.page.getByRole("alert").getByText("Ask the IT here to allow outgoing TCP 443").waitFor();
  await button(window, "Find out why").click();
  expect(await button(window, "Doctor").getAttribute("aria-current")).toBe("page");
  await window.close();
});

test("a notice is read once, and another one is shown again", async () => {
  const window = await stage.show({
    ...scenes.ready,
    state: readyState([], { notice: { cause: "tunnelReplaced", detail: "" } }),
  });
  await button(window, "Understood").click();
  await window.page.getByRole("alert").waitFor({ state: "detached" });
  await window.push("state", readyState([], { notice: { cause: "revoked", detail: "" } }));
  await window.page.getByRole("alert").getByText("revoked").waitFor();
  await window.close();
});

test("a reconnect counts down and says why", async () => {
  const window = await stage.show(scenes.reconnecting);
  await session(window).getByText("The tunnel broke. Next try in 9 s (try 3).").waitFor();
  await button(window, "Dial now").click();
  await window.program.asked("dial");
  await window.close();
});

test("each change of state is told to a screen reader, once and without numbers that change by the second", async () => {
  const window = await stage.show(scenes.signedIn);
  const live = window.page.getByRole("status").filter({ hasText: /^Portal: / });
  await window.push("state", scenes.dialling.state);
  await live.getByText("Portal: Dialling.").waitFor({ state: "attached" });
  await window.push("state", scenes.ready.state);
  await live.getByText("Portal: Ready.").waitFor({ state: "attached" });
  await window.push("state", { ...scenes.ready.state, tunnel: { ...scenes.ready.state.tunnel!, roundTripMs: 99 } });
  await session(window).getByText("answers in 99 ms").waitFor();
  expect(await live.textContent()).toBe("Portal: Ready.");
  await window.close();
});

test("language and theme follow the preferences at once", async () => {
  const window = await stage.show(scenes.ready);
  const { page } = window;
  await button(window, "Hang up").waitFor();
  await window.push("state", readyState([], { preferences: { ...initialPreferences, language: "de", theme: "dark" } }));
  await button(window, "Auflegen").waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("de");
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await window.push(
    "state",
    readyState([], { preferences: { ...initialPreferences, language: "sv", theme: "light" } }),
  );
  await button(window, "Lägg på").waitFor();
  expect(await ground()).not.toBe(dark);
  await window.close();
});

test("the system's language is taken where the person chose none", async () => {
  const window = await stage.show(scenes.signedOut, { locale: "sv-SE" });
  await window.page.getByRole("heading", { name: "Logga in" }).waitFor();
  await window.close();
});

test("keys lead to every place, and F1 shows them all", async () => {
  const window = await stage.show(scenes.ready);
  await button(window, "Keys").waitFor();
  for (const [index, place] of ["Machines", "Portal", "Doctor", "History", "Settings", "About"].entries()) {
    await window.page.keyboard.press(`Control+${index + 1}`);
    await window.page.locator("[aria-current=page]").getByText(place).waitFor();
  }
  await window.page.keyboard.press("F1");
  await window.page.getByRole("dialog", { name: "Keys" }).getByText("Connect at once, without questions").waitFor();
  await window.page.keyboard.press("Escape");
  await window.page.getByRole("dialog").waitFor({ state: "detached" });
  await window.page.keyboard.press("/");
  await window.page.locator("[aria-current=page]").getByText("Machines").waitFor();
  await window.page.getByRole("searchbox").waitFor();
  await window.close();
});

test("the program behind the page leads to a place", async () => {
  const window = await stage.show(scenes.ready);
  await window.push("shown", { place: "settings" });
  await window.page.locator("[aria-current=page]").getByText("Settings").waitFor();
  await window.close();
});

test("a connection in the frame leads to its machine from anywhere", async () => {
  const window = await stage.show(scenes.connected);
  await button(window, "Settings").click();
  await window.page.getByRole("list", { name: "Connected machines" }).getByRole("button").click();
  await window.page.getByRole("row", { selected: true }).filter({ hasText: "pump-17" }).waitFor();
  await window.close();
});

test("the portal's pages get the rectangle that is left, follow its size, and go when one leaves", async () => {
  const window = await stage.show(scenes.ready);
  const places = () => window.program.calls.filter(({ name }) => name === "showPortal").map(({ argument }) => argument);
  await button(window, "Portal").click();
  const bar = (await session(window).boundingBox())!;
  const first = {
    place: {
      x: bar.x,
      y: Math.ceil(bar.y + bar.height),
      width: bar.width,
      height: 800 - Math.ceil(bar.y + bar.height),
    },
  };
  expect(await window.program.called("showPortal")).toEqual(first);
  await window.page.setViewportSize({ width: 1000, height: 700 });
  const height = 700 - first.place.y;
  await window.program.called("showPortal", (argument) => (argument as typeof first).place?.height === height);
  await button(window, "Machines").click();
  await window.program.called("showPortal", (argument) => (argument as { place: unknown }).place === null);
  expect(places().at(-1)).toEqual({ place: null });
  await window.close();
});

test("a dialogue is not hidden behind the portal's pages", async () => {
  const window = await stage.show(scenes.ready);
  await button(window, "Portal").click();
  await window.program.called("showPortal");
  await window.page.keyboard.press("F1");
  await window.page.getByRole("dialog").waitFor();
  await window.program.called("showPortal", (argument) => (argument as { place: unknown }).place === null);
  await window.close();
});

test("a portal that cannot be shown says why and can be tried again", async () => {
  const window = await stage.show(scenes.ready);
  window.program.on("showPortal", ({ place }) =>
    place === null ? { type: "done" } : { type: "refusal", failure: { cause: "portalFault", detail: "" } },
  );
  await button(window, "Portal").click();
  await window.page.getByRole("alert").getByText("portalFault").waitFor();
  window.program.on("showPortal", () => ({ type: "done" }));
  await button(window, "Try again").click();
  await window.page.getByRole("alert").waitFor({ state: "detached" });
  await window.close();
});

test("who is not signed in is led to the sign-in, and other places stay open to them", async () => {
  const window = await stage.show({ ...scenes.signedOut, state: agentState({ state: "signedOut" }) });
  await button(window, "Portal").click();
  await window.page.getByRole("heading", { name: "Sign in" }).waitFor();
  await button(window, "Doctor").click();
  await window.page.getByRole("heading", { name: "Sign in" }).waitFor({ state: "detached" });
  await window.close();
});

test("the portal’s place says what it waits for, and what to do without the agent", async () => {
  const window = await stage.show(scenes.starting);
  const main = window.page.getByRole("main");
  window.program.on("showPortal", () => new Promise(() => undefined));
  await window.page.keyboard.press("Control+2");
  await main.getByText("Starting Anslut …").waitFor();
  await window.push("agent", { link: "attached", failure: null });
  await main.getByText("Opening the portal …").waitFor();
  await window.push("agent", { link: "lost", failure: { cause: "agentMissing", detail: "" } });
  await main.getByRole("heading", { name: "The portal’s pages cannot be shown now" }).waitFor();
  expect(await main.getByText("Opening").count()).toBe(0);
  await button(window, "Try now").waitFor();
  await window.push("agent", { link: "attached", failure: null });
  await window.push("state", scenes.ready.state);
  expect(await window.program.called("showPortal", (argument) => argument !== null)).toBeDefined();
  await main.getByRole("heading", { name: "The portal’s pages cannot be shown now" }).waitFor({ state: "detached" });
  await window.close();
});

test("the way is drawn at the size that the window opens with, and makes room at its smallest", async () => {
  for (const locale of ["en", "de"] as const) {
    const preferences = { ...initialPreferences, language: locale };
    const state = { ...scenes.reconnecting.state, preferences };
    const window = await stage.show({ ...scenes.reconnecting, state }, { locale });
    const way = window.page.locator("svg.way");
    for (const [width, height, shown] of [
      [1280, 800, true],
      [1120, 760, true],
      [900, 600, false],
    ] as const) {
      await window.page.setViewportSize({ width, height });
      expect(await way.isVisible()).toBe(shown);
      const over = await window.page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>(".session-line > *, .session-words *")]
          .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
          .map((element) => element.textContent),
      );
      expect(over).toEqual([]);
    }
    await window.close();
  }
});
