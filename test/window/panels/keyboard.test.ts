import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle, diagnosis, panelScenes } from "../../../app/desktop/renderer/testing/panel-scenes.ts";
import { tabTo, unreached } from "../keyboard.ts";
import { type OpenWindow, WindowStage } from "../open.ts";
import { withHistory } from "./screens.ts";

// Nothing here is clicked or focused by the test: what is done is done by the keys that a person has.

let stage: WindowStage;

beforeAll(async () => {
  stage = await WindowStage.open();
});

afterAll(async () => {
  await stage?.close();
});

/** Opens the window and goes to a place by its key. */
async function goBy(key: string, title: string, prepare: (program: OpenWindow["program"]) => void) {
  const window = await stage.show(panelScenes.idle);
  prepare(window.program);
  await window.page.getByRole("navigation").waitFor();
  await window.page.keyboard.press(key);
  await window.page.getByRole("heading", { level: 1, name: title }).waitFor();
  return window;
}

const examined = (program: OpenWindow["program"]): void => {
  program.answer("doctor", () => ({ type: "diagnosis", diagnosis }));
  program.answer("diagnostics", () => bundle);
};

describe("by keyboard alone, the doctor", () => {
  test("examines, writes its page in another language, copies and prints it, and shows the diagnostics", async () => {
    const { page, program, close } = await goBy("Control+3", "Doctor", examined);
    await tabTo(page, page.getByRole("button", { name: "Examine" }));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Page for the customer’s IT" }).waitFor();
    await tabTo(page, page.getByRole("button", { name: "Copy TCP portal.example:443", exact: true }));
    await page.keyboard.press("Space");
    expect(await program.called("copy")).toEqual({ text: "TCP portal.example:443" });
    await tabTo(page, page.getByLabel("In", { exact: true }));
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => program.asks("doctor").map(({ language }) => language)).toEqual(["en", "de"]);
    await tabTo(page, page.getByRole("button", { name: "Print …" }));
    await page.keyboard.press("Enter");
    expect(await program.called("print")).toEqual({});
    await tabTo(page, page.getByRole("region", { name: "The page as it is printed" }));
    await tabTo(page, page.getByRole("button", { name: "Show what it holds" }));
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: "Exactly what would leave" }).waitFor();
    await tabTo(page, page.getByRole("searchbox", { name: "Search in it" }));
    await page.keyboard.type("echo 34");
    await page.getByText("1 of 7").waitFor();
    await close();
  });

  test("has nothing that Tab does not reach", async () => {
    const { page, close } = await goBy("Control+3", "Doctor", examined);
    await tabTo(page, page.getByRole("button", { name: "Examine" }));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Page for the customer’s IT" }).waitFor();
    await tabTo(page, page.getByRole("button", { name: "Show what it holds" }));
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: "Exactly what would leave" }).waitFor();
    expect(await unreached(page)).toEqual([]);
    await close();
  });
});

describe("by keyboard alone, the history", () => {
  test("is searched, opened, noted, changed to the portal’s and saved", async () => {
    const { page, program, close } = await goBy("Control+4", "History", withHistory);
    const row = page.getByRole("button", { name: /4698/ });
    await row.waitFor();
    await tabTo(page, page.getByRole("searchbox"));
    await page.keyboard.type("4698");
    await tabTo(page, row);
    await page.keyboard.press("Enter");
    await tabTo(page, page.getByLabel("Note", { exact: true }));
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" Servo 3 changed");
    await tabTo(page, page.getByRole("tab", { name: "This computer" }), "Shift+Tab");
    expect(await program.asked("annotate")).toMatchObject({ note: expect.stringMatching(/Servo 3 changed$/) });
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.getByRole("tab", { name: "Portal" }).getAttribute("aria-selected")).toBe("true");
    await tabTo(page, page.getByRole("searchbox"));
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await tabTo(page, page.getByRole("button", { name: "Save as table …" }), "Shift+Tab");
    await page.keyboard.press("Enter");
    expect(await program.called("save")).toMatchObject({ name: "anslut-history.csv" });
    await close();
  });

  test("has nothing that Tab does not reach", async () => {
    const { page, close } = await goBy("Control+4", "History", withHistory);
    const row = page.getByRole("button", { name: /4698/ });
    await row.waitFor();
    await tabTo(page, row);
    await page.keyboard.press("Enter");
    await page.getByLabel("Note", { exact: true }).waitFor();
    expect(await unreached(page)).toEqual([]);
    await close();
  });
});

describe("by keyboard alone, the settings", () => {
  const portals = (program: OpenWindow["program"]): void => {
    const entry = {
      port: 443,
      authority: null,
      pin: "0".repeat(64),
      remembered: null,
      last: null,
      fixedByPolicy: false,
    };
    program.answer("portals", () => ({ type: "portals", portals: [{ ...entry, host: "old.example" }] }));
  };

  test("choose language and theme by arrows, switch, set a proxy and remove a portal", async () => {
    const { page, program, close } = await goBy("Control+5", "Settings", portals);
    const first = page.getByRole("radio", { checked: true }).first();
    await first.waitFor();
    await tabTo(page, first);
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => program.asks("setPreferences").at(-1)?.preferences.language).toBe("en");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => program.asks("setPreferences").at(-1)?.preferences.theme).toBe("light");
    await tabTo(page, page.getByRole("switch", { name: "Start when I log in" }));
    await page.keyboard.press("Space");
    await expect.poll(() => program.asks("setPreferences").at(-1)?.preferences.startAtLogin).toBe(true);
    await tabTo(page, page.getByRole("button", { name: "Remove old.example" }));
    await page.keyboard.press("Enter");
    const question = page.getByRole("dialog", { name: "Remove old.example?" });
    await question.waitFor();
    await tabTo(page, question.getByRole("button", { name: "Remove" }));
    await page.keyboard.press("Enter");
    expect(await program.asked("removePortal")).toMatchObject({ host: "old.example" });
    await question.waitFor({ state: "detached" });
    await close();
  });

  test("set a proxy", async () => {
    const { page, program, close } = await goBy("Control+5", "Settings", portals);
    const own = page.getByRole("radio", { name: /This proxy/ });
    await own.waitFor();
    const kinds = page.getByRole("radiogroup").filter({ has: own });
    await tabTo(page, kinds.getByRole("radio", { checked: true }));
    for (let step = 0; step < 4 && !(await own.isChecked()); step++) await page.keyboard.press("ArrowDown");
    await tabTo(page, page.getByLabel("Proxy’s address"));
    await page.keyboard.type("proxy.office");
    await page.keyboard.press("Tab");
    await page.keyboard.type("8080");
    await page.keyboard.press("Enter");
    expect(await program.asked("setProxy")).toMatchObject({
      setting: { mode: "manual", host: "proxy.office", port: 8080 },
    });
    await close();
  });

  test("have nothing that Tab does not reach", async () => {
    const { page, close } = await goBy("Control+5", "Settings", portals);
    await page.getByRole("button", { name: "Remove old.example" }).waitFor();
    expect(await unreached(page)).toEqual([]);
    await close();
  });
});
