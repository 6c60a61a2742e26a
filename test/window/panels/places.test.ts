import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { about, bundle, diagnosis, panelScenes } from "../../../app/desktop/renderer/testing/panel-scenes.ts";
import { CauseError } from "../../../contract/causes.ts";
import { type OpenWindow, WindowStage } from "../open.ts";
import { goTo, holding, showScreen, withHistory } from "./screens.ts";

let stage: WindowStage;

beforeAll(async () => {
  stage = await WindowStage.open();
});

afterAll(async () => {
  await stage?.close();
});

async function open(
  place: Parameters<typeof goTo>[1],
  prepare: (program: OpenWindow["program"]) => void = () => undefined,
  scene: (typeof panelScenes)[keyof typeof panelScenes] = panelScenes.idle,
): Promise<OpenWindow> {
  const window = await stage.show(scene);
  prepare(window.program);
  await goTo(window, place);
  return window;
}

/** Chooses a radio button as one does by keyboard. */
async function choose(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole("radio", { name }).focus();
  await page.keyboard.press("Space");
}

const examined = (program: OpenWindow["program"]): void =>
  program.answer("doctor", () => ({ type: "diagnosis", diagnosis }));

describe("the doctor", () => {
  test("shows each check as it ends, what is still to come, and can be cancelled", async () => {
    const { page, program, push, close } = await open("doctor");
    const asked = holding(program, "doctor");
    await page.getByRole("button", { name: "Examine" }).click();
    const id = await asked;
    const [helper] = diagnosis.checks;
    if (helper !== undefined) await push("progress", { id, check: helper });
    const checks = page.getByRole("region", { name: "What was found" });
    await checks.getByRole("listitem").filter({ hasText: "system service" }).getByText("good").waitFor();
    expect(await checks.getByText("still to come").count()).toBe(6);
    await page.getByRole("button", { name: "Cancel" }).click();
    expect(await program.called("cancel")).toEqual({ id });
    await close();
  });

  test("says what it comes to, draws the ways, and what to ask for", async () => {
    const { page, close } = await open("doctor", examined);
    await page.getByRole("button", { name: "Examine" }).click();
    await page.getByRole("status").filter({ hasText: "No way out of this network to portal.example." }).waitFor();
    await page.getByRole("img", { name: /TCP 1194: bad; TCP 443: bad; TCP 80: bad/ }).waitFor();
    await page
      .getByRole("button", { name: "Copy TCP portal.example:443 through the proxy proxy.office:3128" })
      .waitFor();
    await close();
  });

  test("does not say of one closed port that there is no way out at all", async () => {
    const checks = diagnosis.checks.map((check): (typeof diagnosis)["checks"][number] =>
      check.check === "portal" || check.subject.endsWith(":80") ? { ...check, outcome: "good", cause: null } : check,
    );
    const { page, close } = await open("doctor", (program) =>
      program.answer("doctor", () => ({
        type: "diagnosis",
        diagnosis: { ...diagnosis, checks, verdict: null, ask: [] },
      })),
    );
    await page.getByRole("button", { name: "Examine" }).click();
    const found = page.getByRole("region", { name: "What was found" });
    expect(await found.getByText("This port cannot be reached from here.").count()).toBe(2);
    expect(await page.getByText("No way out of this network").count()).toBe(0);
    await close();
  });

  test("says what came of starting the service, declined or refused", async () => {
    const { page, program, close } = await open("doctor", (each) =>
      each.answer("doctor", () => ({ type: "diagnosis", diagnosis: { ...diagnosis, verdict: "helperMissing" } })),
    );
    await page.getByRole("button", { name: "Examine" }).click();
    program.on("startHelper", () => ({ type: "declined" }));
    const start = page.getByRole("main").getByRole("button", { name: "Start the service" });
    await start.click();
    await page
      .getByRole("main")
      .getByText(
        "It was not started. This computer wants an administrator’s word for that: start it again when somebody can give it.",
      )
      .waitFor();
    program.on("startHelper", () => {
      throw new CauseError("busy");
    });
    await start.click();
    await page
      .getByRole("main")
      .getByText(
        "This computer did not let it be started from here. Ask your IT to start the service anslut-helper, or to install Anslut again.",
      )
      .waitFor();
    await page.getByRole("alert").waitFor();
    await close();
  });

  test("breaks a portal’s name only at its dots", async () => {
    const { page, close } = await open("doctor", (program) =>
      program.answer("doctor", () => ({
        type: "diagnosis",
        diagnosis: {
          ...diagnosis,
          checks: diagnosis.checks.map((check) => ({
            ...check,
            subject: check.subject.replace("portal.example", "wartung.maschinenbau.test"),
          })),
        },
      })),
    );
    await page.getByRole("button", { name: "Examine" }).click();
    await page.getByText("wartung.maschinenbau.test:1194").waitFor();
    for (const width of [1280, 900, 640]) {
      await page.setViewportSize({ width, height: 800 });
      // A label that does not lie on one line would have been broken in its middle.
      const broken = await page.evaluate(() =>
        [...document.querySelectorAll(".panel .host-name")].flatMap((name) =>
          [...name.childNodes].flatMap((node) => {
            if (!(node instanceof Text) || /\s/.test(node.data)) return [];
            const range = document.createRange();
            range.selectNodeContents(node);
            return range.getClientRects().length > 1 ? [node.data] : [];
          }),
        ),
      );
      expect(broken).toEqual([]);
    }
    await close();
  });

  test("writes the page for the customer’s IT in their language, and takes nothing in it for markup", async () => {
    const { page, program, close } = await open("doctor", examined);
    await page.getByRole("button", { name: "Examine" }).click();
    const sheet = page.getByRole("region", { name: "The page as it is printed" });
    await sheet.getByRole("cell", { name: "portal Evil | Authority <b>[x](http://evil.test)" }).waitFor();
    expect(await sheet.getByRole("link").count()).toBe(0);
    await page.getByLabel("In", { exact: true }).selectOption("sv");
    await expect.poll(() => program.asks("doctor").map(({ language }) => language)).toEqual(["en", "sv"]);
    await page.getByRole("button", { name: "Save …" }).click();
    expect(await program.called("save")).toEqual({ name: "anslut-portal.example.md", text: diagnosis.page });
    await close();
  });

  test("prints that page alone", async () => {
    const { page, program, close } = await open("doctor", examined);
    await page.getByRole("button", { name: "Examine" }).click();
    await page.getByRole("button", { name: "Print …" }).click();
    expect(await program.called("print")).toEqual({});
    await page.emulateMedia({ media: "print" });
    expect(await page.getByRole("heading", { level: 1 }).allInnerTexts()).toEqual([
      "Remote maintenance with Anslut: what your firewall must let through",
    ]);
    expect(await page.getByRole("navigation").isVisible()).toBe(false);
    await close();
  });

  test("leads to the proxy’s setting where the proxy is what fails", async () => {
    const { page, close } = await open("doctor", (program) =>
      program.answer("doctor", () => ({ type: "diagnosis", diagnosis: { ...diagnosis, verdict: "proxyUnreachable" } })),
    );
    await page.getByRole("button", { name: "Examine" }).click();
    await page.getByRole("button", { name: "To the proxy setting" }).click();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    await close();
  });

  test("shows exactly what support would get, finds words in it, and lets it leave only by hand", async () => {
    const { page, program, close } = await open("doctor", (each) => each.answer("diagnostics", () => bundle));
    await page.getByRole("button", { name: "Show what it holds" }).click();
    const preview = page.getByRole("region", { name: "Exactly what would leave" });
    expect(await preview.textContent()).toBe(bundle.text);
    await page.getByRole("searchbox", { name: "Search in it" }).fill("echo 34");
    await page.getByText("1 of 7").waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("2 of 7").waitFor();
    expect(program.calls.filter(({ name }) => name === "save" || name === "copy")).toEqual([]);
    await page.getByRole("button", { name: "Save …" }).click();
    expect(await program.called("save")).toEqual({ name: bundle.name, text: bundle.text });
    await close();
  });
});

describe("the history", () => {
  test("is found by order number, opens to all that is known, and takes a note", async () => {
    const { page, program, close } = await open("history", withHistory);
    await page.getByRole("searchbox").fill("4698");
    await page.getByText("1 entry").waitFor();
    await page.getByRole("button", { name: /4698/ }).press("Enter");
    await page.getByText("214 MB in, 8.3 MB out").waitFor();
    await page.getByText("192.168.0.0/24 → 100.64.17.0/24").waitFor();
    await page.getByLabel("Note", { exact: true }).fill("Servo 3 changed");
    await page.getByRole("searchbox").focus();
    expect(await program.asked("annotate")).toMatchObject({ entry: "t-0 i-8", note: "Servo 3 changed" });
    await close();
  });

  test("of the portal shows everybody’s, and lets one’s own be noted here", async () => {
    const { page, close } = await open("history", withHistory);
    await page.getByRole("tab", { name: "Portal" }).click();
    await page.getByRole("button", { name: /Look at the drives/ }).click();
    await page.getByText("m.berg on LT-0099").waitFor();
    await page.getByText("Nothing found; the parameter set is the one of May.").waitFor();
    expect(await page.getByLabel("Note", { exact: true }).count()).toBe(0);
    await page.getByRole("button", { name: /4711-A/ }).click();
    await page.getByLabel("Note", { exact: true }).waitFor();
    await close();
  });

  test("of the portal says why it cannot be had, and leads to one’s own", async () => {
    const { page, close } = await open("history", (program) =>
      program.answer("history", ({ where }) => {
        if (where === "portal") throw new CauseError("noWay");
        return { type: "journal", entries: [] };
      }),
    );
    await page.getByRole("tab", { name: "Portal" }).click();
    await page.getByRole("alert").filter({ hasText: "No way out of this network" }).waitFor();
    await page.getByRole("button", { name: "Show this computer’s own" }).click();
    await page.getByText("Nothing yet").waitFor();
    await close();
  });

  test("is saved as a table of what is shown", async () => {
    const { page, program, close } = await open("history", withHistory);
    await page.getByRole("searchbox").fill("filler");
    await page.getByRole("button", { name: "Save as table …" }).click();
    const { name, text } = (await program.called("save")) as { readonly name: string; readonly text: string };
    expect(name).toBe("anslut-history.csv");
    expect(text.split("\r\n")).toHaveLength(3);
    expect(text).toContain("HMI shows no trend");
    await page.getByText("1 entry saved.").waitFor();
    await close();
  });
});

describe("the settings", () => {
  test("apply at once, as a whole", async () => {
    const { page, program, close } = await open("settings");
    await choose(page, "Dark");
    await page.getByRole("switch", { name: "Start when I log in" }).focus();
    await page.keyboard.press("Space");
    await expect
      .poll(() => program.asks("setPreferences").map(({ preferences }) => preferences))
      .toEqual([
        { language: null, theme: "dark", reconnectAfterSleep: true, startAtLogin: false, keepSecrets: true },
        { language: null, theme: "dark", reconnectAfterSleep: true, startAtLogin: true, keepSecrets: true },
      ]);
    await close();
  });

  test("change the language without a restart", async () => {
    const { page, program, push, close } = await open("settings");
    const { state } = program.scene;
    await choose(page, "Deutsch");
    const { preferences } = await program.asked("setPreferences");
    if (state !== undefined) await push("state", { ...state, preferences });
    await page.getByRole("heading", { name: "Einstellungen" }).waitFor();
    expect(await page.getByRole("radio", { name: "Deutsch" }).isChecked()).toBe(true);
    await close();
  });

  test("that could not be changed say why and go back to what they were", async () => {
    const { page, close } = await open("settings", (program) =>
      program.answer("setPreferences", () => {
        throw new CauseError("diskFault");
      }),
    );
    await choose(page, "Dark");
    await page.getByRole("alert").filter({ hasText: "A file could not be read or written." }).waitFor();
    expect(await page.getByRole("radio", { name: "Dark" }).isChecked()).toBe(false);
    await close();
  });

  test("that an administrator fixed are shown as such, with the reason", async () => {
    const { page, close } = await open("settings", undefined, panelScenes.fixed);
    const reason = "Service laptops are shared between shifts: nobody stays signed in.";
    for (const name of ["Language and colours", "Behaviour"]) {
      await page.getByRole("region", { name }).getByText(reason).waitFor();
    }
    expect(await page.getByRole("region", { name: "Proxy" }).getByText(reason).count()).toBe(0);
    expect(await page.getByRole("switch", { name: "Allow “remember me”" }).isDisabled()).toBe(true);
    expect(await page.getByRole("radio", { name: "Deutsch" }).isDisabled()).toBe(true);
    expect(await page.getByRole("radio", { name: "Dark" }).isEnabled()).toBe(true);
    await close();
  });

  test("of which policy fixes proxy and portals alone say so there, with the reason", async () => {
    const window = await showScreen(stage, "settingsFixedWay");
    const { page, close } = window;
    const reason = "Service laptops go out through the office alone.";
    const proxy = page.getByRole("region", { name: "Proxy" });
    await proxy.getByText(`Your administrator has set the proxy for everybody on this computer. ${reason}`).waitFor();
    expect(await proxy.getByRole("button", { name: "Apply" }).isDisabled()).toBe(true);
    const portals = page.getByRole("region", { name: "Portals" });
    await portals.getByText(`Your administrator has set which portals there are. ${reason}`).waitFor();
    await portals.getByText("not reached yet").waitFor();
    expect(await portals.getByRole("button", { name: "Remove portal.second.example" }).isDisabled()).toBe(true);
    expect(await page.getByRole("region", { name: "Behaviour" }).getByText(reason).count()).toBe(0);
    await close();
  });

  test("take a proxy as it was pasted, and keep what was typed when it cannot be used", async () => {
    const { page, program, push, close } = await open("settings", (each) =>
      each.answer("setProxy", () => {
        throw new CauseError("proxySettingInvalid");
      }),
    );
    await choose(page, /This proxy/);
    // Key by key: nobody's port may end up in the name half typed.
    await page.getByLabel("Proxy’s address").pressSequentially("http://proxy.office:8080/");
    await page.getByLabel("User").fill("OFFICE\\lund");
    await page.getByLabel("Password").fill(" a+b ");
    await page.keyboard.press("Enter");
    expect(await program.asked("setProxy")).toMatchObject({
      setting: { mode: "manual", host: "proxy.office", port: 8080 },
      credentials: { username: "OFFICE\\lund", password: " a+b " },
    });
    await page.getByRole("alert").filter({ hasText: "The proxy setting cannot be used." }).waitFor();
    await push("shown", { place: "about" });
    await page.getByRole("heading", { name: "About Anslut" }).waitFor();
    await push("shown", { place: "settings" });
    expect(await page.getByLabel("Proxy’s address").inputValue()).toBe("proxy.office");
    expect(await page.getByLabel("Password").inputValue()).toBe(" a+b ");
    await close();
  });

  test("remove a portal after a question, and not the one that one is signed in to", async () => {
    const entry = {
      port: 443,
      authority: null,
      pin: "0".repeat(64),
      remembered: { account: "sonnenberg", user: "e.lund" },
      last: null,
      fixedByPolicy: false,
    };
    const { page, program, close } = await open("settings", (each) =>
      each.answer("portals", () => ({
        type: "portals",
        portals: [
          { ...entry, host: "portal.example" },
          { ...entry, host: "old.example" },
        ],
      })),
    );
    expect(await page.getByRole("button", { name: "Remove portal.example" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Remove old.example" }).click();
    await page.getByRole("dialog", { name: "Remove old.example?" }).getByRole("button", { name: "Remove" }).click();
    expect(await program.asked("removePortal")).toMatchObject({ host: "old.example" });
    await close();
  });
});

test("a build that names no links offers none, and one that cannot open one says why", async () => {
  const bare = await open("about", (each) => each.on("about", () => ({ ...about, links: [] })));
  await bare.page.getByRole("searchbox").waitFor();
  for (const name of ["Documentation", "About proxies", "Support"]) {
    expect(await bare.page.getByRole("button", { name }).count()).toBe(0);
  }
  await bare.push("shown", { place: "settings" });
  await bare.page.getByRole("region", { name: "Proxy" }).waitFor();
  expect(await bare.page.getByRole("button", { name: "About proxies" }).count()).toBe(0);
  await bare.close();
  const named = await open("about", (each) => {
    each.on("about", () => ({ ...about, links: ["support"] }));
    each.on("openLink", () => ({ type: "refusal", failure: { cause: "notFound", detail: "" } }));
  });
  await named.page.getByRole("button", { name: "Support" }).click();
  await named.page.getByRole("alert").getByText("notFound").waitFor();
  expect(await named.page.getByRole("button", { name: "Documentation" }).count()).toBe(0);
  await named.close();
});

test.each([
  [true, "Anslut waits in the tray; nothing is dialled."],
  [false, "The window opens; nothing is dialled."],
])("what starting at log-in does is said for this computer (a tray: %s)", async (tray, text) => {
  const { page, close } = await open("settings", (each) => each.on("about", () => ({ ...about, tray })));
  await page.getByText(text).waitFor();
  await close();
});

test("the licences are searched, and the versions copied for support", async () => {
  const { page, program, close } = await open("about", (each) => each.on("about", () => about));
  await page.getByRole("searchbox").fill("gpl");
  await page.getByText("1 part").waitFor();
  await page.getByRole("cell", { name: "GPL-2.0-only" }).waitFor();
  await page.getByRole("button", { name: "Copy Versions" }).click();
  expect(await program.called("copy")).toMatchObject({ text: expect.stringContaining("OpenVPN 2.7.2") });
  await page.getByRole("button", { name: "Documentation" }).click();
  expect(await program.called("openLink")).toEqual({ link: "documentation" });
  await close();
});
