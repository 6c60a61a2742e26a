import { expect, test } from "vitest";
import { initialPreferences } from "../../../contract/preferences.ts";
import { FakeConnection } from "../bridge/testing/fake-connection.ts";
import { linkBed } from "../bridge/testing/fake-link.ts";
import { PortalView } from "./portal-view.ts";
import { FakeSession, FakeView, FakeWindow } from "./testing/fake-electron.ts";

const anna = { portal: "portal.example", account: "acme", user: "anna" };
const place = { x: 96, y: 64, width: 1000, height: 600 };

/** `loaded`: when the pages have been loaded. */
async function viewBed(loaded = Promise.resolve()) {
  const agent = new FakeConnection({ identity: anna });
  const { link, settled } = linkBed(agent);
  const window = new FakeWindow();
  const session = new FakeSession();
  const views: FakeView[] = [];
  const asked: string[] = [];
  const portal = new PortalView({
    window: window.asWindow,
    session: session.asSession,
    makeView: (preferences) => {
      const view = new FakeView(preferences, window.keyboard);
      view.webContents.gate = loaded;
      views.push(view);
      return view.asView;
    },
    link,
    open: () => Promise.reject(new Error("no test opens a stream")),
    now: () => 0,
    onConnectLink: (machine) => asked.push(machine),
  });
  void link.run();
  await settled();
  const handOver = async (code = "1"): Promise<void> =>
    (await agent.next("handOver")).answer({ type: "handOver", address: "https://portal.example", code });
  const open = async (): Promise<FakeView> => {
    const shown = portal.show(place);
    await handOver();
    await shown;
    const [view] = views;
    if (view === undefined) throw new Error("no view was made");
    return view;
  };
  return { agent, portal, window, session, views, asked, open, handOver };
}

test("the view has a session of its own, a sandbox, and neither preload nor Node", async () => {
  const { open, session } = await viewBed();
  const { preferences } = await open();
  expect(preferences).toEqual({
    session,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    spellcheck: false,
    devTools: false,
  });
});

test("the pages have the keyboard when they are opened, and again when they are opened again", async () => {
  const { portal, window, open } = await viewBed();
  const view = await open();
  expect(view.webContents.isFocused()).toBe(true);
  await portal.show(null);
  expect(window.webContents.isFocused()).toBe(true);
  await portal.show(place);
  expect([view.isVisible, view.webContents.isFocused()]).toEqual([true, true]);
  expect(view.webContents.loaded).toHaveLength(1);
});

test("a place that only moves, and a window in the background, take the keyboard from nobody", async () => {
  const { portal, window, open } = await viewBed();
  await open();
  window.webContents.focus();
  await portal.show({ ...place, width: 900 });
  expect(window.webContents.isFocused()).toBe(true);
  await portal.show(null);
  window.isInFront = false;
  await portal.show(place);
  expect(window.webContents.isFocused()).toBe(true);
});

test("F6 leads out of the pages and in again, and is the page's own key while they are not there", async () => {
  const { portal, window, open } = await viewBed();
  expect(window.webContents.press("F6")).toBe(true);
  const view = await open();
  expect(view.webContents.press("F6")).toBe(false);
  expect(window.webContents.isFocused()).toBe(true);
  expect(window.webContents.press("F6")).toBe(false);
  expect(view.webContents.isFocused()).toBe(true);
  expect(view.webContents.press("F6", { control: true })).toBe(true);
  expect(view.webContents.press("Tab")).toBe(true);
  await portal.show(null);
  expect(window.webContents.press("F6")).toBe(true);
});

test("a change of language or theme reaches the pages at once, where they are, without another sign-in", async () => {
  const { agent, open } = await viewBed();
  const { webContents } = await open();
  expect(webContents.loaded).toEqual(["https://portal.example/#hand-over=1&language=system&theme=system"]);
  webContents.address = "https://portal.example/machines/m-17";
  agent.show({ preferences: { ...initialPreferences, language: "sv" } });
  agent.show({ preferences: { ...initialPreferences, language: "sv", theme: "contrast" } });
  expect(webContents.loaded.slice(1)).toEqual([
    "https://portal.example/machines/m-17#language=sv&theme=system",
    "https://portal.example/machines/m-17#language=sv&theme=contrast",
  ]);
  expect(agent.asked.filter(({ ask }) => ask.type === "handOver")).toHaveLength(1);
});

test("a change while the pages are loading waits for them, so that the code is not lost", async () => {
  const loading = Promise.withResolvers<void>();
  const { agent, portal, views, handOver } = await viewBed(loading.promise);
  const shown = portal.show(place);
  await handOver();
  const loads = (): readonly string[] => views[0]?.webContents.loaded ?? [];
  await expect.poll(loads).toHaveLength(1);
  agent.show({ preferences: { ...initialPreferences, theme: "dark" } });
  expect(loads()).toHaveLength(1);
  loading.resolve();
  await shown;
  expect(loads().slice(1)).toEqual(["https://portal.example/#language=system&theme=dark"]);
});

test("who signs out leaves nothing behind", async () => {
  const { agent, window, session, open } = await viewBed();
  const view = await open();
  expect(window.views).toHaveLength(1);
  agent.show({ identity: null });
  expect([window.views.length, view.webContents.isClosed, session.cleared]).toEqual([0, true, 1]);
});

test("a page of the portal goes nowhere else, opens nothing, and its link to connect only asks", async () => {
  const { open, asked } = await viewBed();
  const { webContents } = await open();
  const goes = (url: string): boolean => {
    let isAllowed = true;
    webContents.emit("will-navigate", { url, preventDefault: () => (isAllowed = false) });
    return isAllowed;
  };
  expect(goes("https://portal.example/profile")).toBe(true);
  expect(goes("https://evil.example/")).toBe(false);
  expect(goes("anslut://connect?id=m-17")).toBe(false);
  expect(asked).toEqual(["m-17"]);
  expect(webContents.openHandler?.()).toEqual({ action: "deny" });
});
