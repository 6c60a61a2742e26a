import { afterAll, beforeAll, expect, test } from "vitest";
import { agentState, type Scene, scenes } from "../../app/desktop/renderer/testing/scenes.ts";
import type { AgentResult } from "../../contract/agent.ts";
import { CauseError } from "../../contract/causes.ts";
import type { AgentState } from "../../contract/state.ts";
import { type OpenWindow, WindowStage } from "./open.ts";

let stage: WindowStage;

beforeAll(async () => {
  stage = await WindowStage.open();
});

afterAll(async () => {
  await stage?.close();
});

const pin = "ab".repeat(32);
const authority = "0123456789abcdef".repeat(4);
const inspection = {
  type: "inspection",
  host: "portal.example",
  port: 443,
  systemTrust: true,
  authority: null,
  authorityName: "Example CA",
  pin,
  until: "2027-01-01T00:00:00.000Z",
} as const;

async function on(scene: Scene, look: Parameters<WindowStage["show"]>[1] = {}): Promise<OpenWindow> {
  return await stage.show(scene, look);
}

const button = ({ page }: OpenWindow, name: string) => page.getByRole("button", { name, exact: true });
const field = ({ page }: OpenWindow, name: string) => page.getByLabel(name, { exact: true });

/** As the agent does: tells its state while it answers. */
async function says(window: OpenWindow, state: AgentState): Promise<void> {
  await window.push("state", state);
}

/** An answer that does not come. */
const never = (): Promise<AgentResult> => new Promise(() => undefined);

async function typePassword(window: OpenWindow, password = '  kö+n %20"ig '): Promise<void> {
  await field(window, "Account").fill("sonnenberg");
  await field(window, "User").fill("e.lund");
  await field(window, "Password").fill(password);
}

test("a portal is found by what was pasted, and the cleaned address is shown", async () => {
  const window = await on(scenes.firstStart);
  const { program } = window;
  program.answer("inspectPortal", () => inspection);
  const portals: AgentResult = { type: "portals", portals: [...scenes.signedOut.portals] };
  program.answer("addPortal", () => {
    program.answer("portals", () => portals);
    return { type: "done" };
  });
  const address = field(window, "Address of the portal");
  await address.evaluate((element) => element.focus());
  await window.page.keyboard.insertText(" <portal.example> \n");
  await address.blur();
  expect(await address.inputValue()).toBe("portal.example");
  await button(window, "Continue").click();
  expect(await program.asked("inspectPortal")).toMatchObject({ address: "portal.example" });
  expect(await program.asked("addPortal")).toMatchObject({ address: "portal.example", fingerprint: null });
  await window.page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(window.complaints).toEqual([]);
  await window.close();
});

test("a portal that the administrator preset is signed in to at once, though nobody has reached it yet", async () => {
  const window = await on(scenes.presetPortal);
  await window.page.getByText("Your administrator has set which portals there are. Rule 4.2").waitFor();
  expect(await button(window, "Another portal").count()).toBe(0);
  await typePassword(window, "secret");
  await button(window, "Sign in").click();
  expect(await window.program.asked("login")).toMatchObject({ portal: "portal.example", account: "sonnenberg" });
  await window.close();
});

test("where no portal is set and none may be added, nobody is asked for one", async () => {
  const window = await on(scenes.presetPortal);
  window.program.answer("portals", () => ({ type: "portals", portals: [] }));
  await window.push("agent", { link: "lost", failure: null });
  await window.push("agent", { link: "attached", failure: null });
  await window.page.getByText("Nobody may add a portal on this computer, and none is set up yet.").waitFor();
  await window.page.getByText("Rule 4.2").waitFor();
  expect(await window.page.getByRole("textbox").count()).toBe(0);
  await window.close();
});

test("where a proxy is compulsory, the failure leads to the proxy setting and back, and what was typed stays", async () => {
  const window = await on(scenes.signedOut);
  const { page, program } = window;
  program.answer("login", () => {
    throw new CauseError("noWay");
  });
  await typePassword(window, "secret");
  await button(window, "Sign in").click();
  await page.getByRole("alert").getByRole("button", { name: "Proxy setting" }).click();
  const card = page.getByRole("region", { name: "Proxy" });
  await card.waitFor();
  await expect
    .poll(() => card.getByRole("radio", { checked: true }).evaluate((it) => it === document.activeElement))
    .toBe(true);
  await button(window, "Back to the sign-in").click();
  expect(await field(window, "Password").inputValue()).toBe("secret");
  await page.getByRole("alert").getByText("noWay").waitFor();
  await window.close();
});

test.each([
  "nameNotFound",
  "noWay",
  "proxyUnreachable",
  "proxyAuthRefused",
  "proxyForbids",
  "proxySettingInvalid",
] as const)("a portal that cannot be looked at because of %s leads to the proxy setting", async (cause) => {
  const window = await on(scenes.firstStart);
  window.program.answer("inspectPortal", () => {
    throw new CauseError(cause);
  });
  await field(window, "Address of the portal").fill("portal.example");
  await button(window, "Continue").click();
  await button(window, "Proxy setting").click();
  await window.page.getByRole("region", { name: "Proxy" }).waitFor();
  await button(window, "Machines").click();
  expect(await field(window, "Address of the portal").inputValue()).toBe("portal.example");
  await window.close();
});

test("a portal that somebody else adds meanwhile ends the question for an address", async () => {
  const window = await on(scenes.firstStart);
  await field(window, "Address of the portal").waitFor();
  window.program.answer("portals", () => ({ type: "portals", portals: [...scenes.presetPortal.portals] }));
  await window.push("agent", { link: "lost", failure: null });
  await window.push("agent", { link: "attached", failure: null });
  await field(window, "Password").waitFor();
  await window.close();
});

test("a portal that is none gets a sentence, and the address stays", async () => {
  const window = await on(scenes.firstStart);
  window.program.answer("inspectPortal", () => {
    throw new CauseError("notAPortal");
  });
  await field(window, "Address of the portal").fill("www.example");
  await button(window, "Continue").click();
  await window.page.getByRole("alert").getByText("www.example answers, but is no Anslut portal.").waitFor();
  expect(await field(window, "Address of the portal").inputValue()).toBe("www.example");
  await window.close();
});

test("an authority of the portal's own is compared once; another fingerprint stops", async () => {
  const window = await on(scenes.firstStart);
  window.program.answer("inspectPortal", () => ({ ...inspection, systemTrust: false, authority }));
  await field(window, "Address of the portal").fill("portal.example");
  await button(window, "Continue").click();
  await window.page.getByRole("figure", { name: `Fingerprint: ${authority}` }).waitFor();
  const given = field(window, "The fingerprint you were given (optional)");
  await given.fill("ff:ff:ff:ff:ff");
  await window.page.getByText("It is another one.").waitFor();
  expect(await button(window, "I compared it: the same").isDisabled()).toBe(true);
  await given.fill(`SHA256: ${authority.toUpperCase().match(/../g)?.join(":")}\n`);
  await button(window, "Add the portal").click();
  expect(await window.program.asked("addPortal")).toMatchObject({ fingerprint: authority });
  await window.close();
});

test("a password is sent as it was typed, whatever is in it, and nothing is kept without a word", async () => {
  const window = await on(scenes.signedOut);
  await typePassword(window);
  await button(window, "Sign in").click();
  expect(await window.program.asked("login")).toMatchObject({
    portal: "portal.example",
    account: "sonnenberg",
    user: "e.lund",
    password: '  kö+n %20"ig ',
    remember: false,
  });
  await window.close();
});

test("a look that takes long is cancelled at once, and what was typed stays", async () => {
  const window = await on(scenes.firstStart);
  window.program.answer("inspectPortal", never);
  await field(window, "Address of the portal").fill("portal.example");
  await button(window, "Continue").click();
  await button(window, "Looking …").waitFor();
  // It is found again as it was left.
  await button(window, "Settings").click();
  await window.page.getByRole("heading", { name: "Settings" }).waitFor();
  await button(window, "Machines").click();
  await button(window, "Cancel").click();
  const { id } = await window.program.asked("inspectPortal");
  expect(await window.program.called("cancel")).toEqual({ id });
  expect(await button(window, "Continue").isEnabled()).toBe(true);
  expect(await field(window, "Address of the portal").inputValue()).toBe("portal.example");
  expect(await window.page.getByRole("alert").count()).toBe(0);
  await window.close();
});

test("adding a portal that takes long is cancelled, and its fingerprint stays in view", async () => {
  const window = await on(scenes.firstStart);
  window.program.answer("inspectPortal", () => ({ ...inspection, systemTrust: false, authority }));
  window.program.answer("addPortal", never);
  await field(window, "Address of the portal").fill("portal.example");
  await button(window, "Continue").click();
  await button(window, "I compared it: the same").click();
  await button(window, "Cancel").click();
  const { id } = await window.program.asked("addPortal");
  expect(await window.program.called("cancel")).toEqual({ id });
  await button(window, "I compared it: the same").waitFor();
  await window.close();
});

test("a sign-in that takes long is cancelled: by its request, or at the agent where there is none of ours", async () => {
  const window = await on(scenes.signedOut);
  window.program.answer("login", never);
  await typePassword(window, "secret");
  await button(window, "Sign in").click();
  await button(window, "Cancel").click();
  const { id } = await window.program.asked("login");
  expect(await window.program.called("cancel")).toEqual({ id });
  expect(await button(window, "Sign in").isEnabled()).toBe(true);
  expect(await field(window, "Password").inputValue()).toBe("secret");
  await says(window, agentState({ state: "signingIn" }));
  await button(window, "Signing in …").waitFor();
  await button(window, "Cancel").click();
  await window.program.asked("logout");
  await window.close();
});

test("a code that is checked for long does not keep anybody in its step", async () => {
  const window = await on(scenes.secondFactor);
  window.program.answer("answerCode", never);
  await field(window, "One-time code").fill("123456");
  const { id } = await window.program.asked("answerCode");
  await button(window, "Back").click();
  await window.program.asked("logout");
  expect(await window.program.called("cancel")).toEqual({ id });
  await window.close();
});

test("a refused sign-in says so and keeps what was typed", async () => {
  const window = await on(scenes.signedOut);
  window.program.answer("login", () => {
    throw new CauseError("credentialsRefused");
  });
  await typePassword(window, "wrong");
  await button(window, "Sign in").click();
  await window.page.getByRole("alert").getByText("credentialsRefused").waitFor();
  expect(await field(window, "Password").inputValue()).toBe("wrong");
  expect(await field(window, "Account").inputValue()).toBe("sonnenberg");
  await window.close();
});

test("losing the agent in the middle of it keeps what was typed, also over a visit to another place", async () => {
  const window = await on(scenes.signedOut);
  await typePassword(window, "secret");
  await window.push("agent", { link: "lost", failure: { cause: "agentMissing", detail: "" } });
  await window.page.getByRole("alert").getByText("agentMissing").waitFor();
  expect(await button(window, "Sign in").isDisabled()).toBe(true);
  await button(window, "Try now").click();
  await window.program.called("retryAgent");
  await button(window, "Settings").click();
  await button(window, "Machines").click();
  await window.push("agent", { link: "attached", failure: null });
  expect(await field(window, "Password").inputValue()).toBe("secret");
  expect(await button(window, "Sign in").isEnabled()).toBe(true);
  await window.close();
});

test("a password typed for one portal is never filled in at another, whatever lies between", async () => {
  const window = await on(scenes.severalPortals);
  const portal = window.page.getByRole("combobox", { name: "Portal" });
  await portal.selectOption("fjaerr.example");
  await typePassword(window, "secret of fjaerr");
  await button(window, "Settings").click();
  await window.page.getByRole("heading", { name: "Settings" }).waitFor();
  await button(window, "Machines").click();
  expect(await portal.inputValue()).toBe("fjaerr.example");
  expect(await field(window, "Password").inputValue()).toBe("secret of fjaerr");
  await portal.selectOption("portal.example");
  expect(await field(window, "Password").inputValue()).toBe("");
  expect(await field(window, "Account").inputValue()).toBe("sonnenberg");
  await portal.selectOption("fjaerr.example");
  await field(window, "Password").fill("secret of fjaerr");
  await button(window, "Sign in").click();
  expect(await window.program.asked("login")).toMatchObject({ portal: "fjaerr.example" });
  await window.close();
});

test("a portal that is gone takes the password typed for it along", async () => {
  const window = await on(scenes.severalPortals);
  const { page, program } = window;
  await page.getByRole("combobox", { name: "Portal" }).selectOption("fjaerr.example");
  await typePassword(window, "secret of fjaerr");
  program.answer("portals", () => ({ type: "portals", portals: scenes.severalPortals.portals.slice(0, 1) }));
  await button(window, "Settings").click();
  await page.getByRole("heading", { name: "Settings" }).waitFor();
  await button(window, "Machines").click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(await field(window, "Password").inputValue()).toBe("");
  await window.close();
});

test("a fingerprint that was given stays over a visit to another place", async () => {
  const window = await on(scenes.firstStart);
  window.program.answer("inspectPortal", () => ({ ...inspection, systemTrust: false, authority }));
  await field(window, "Address of the portal").fill("portal.example");
  await button(window, "Continue").click();
  await field(window, "The fingerprint you were given (optional)").fill("ff:ff");
  await button(window, "Settings").click();
  await window.page.getByRole("heading", { name: "Settings" }).waitFor();
  await button(window, "Machines").click();
  expect(await field(window, "The fingerprint you were given (optional)").inputValue()).toBe("ff:ff");
  await window.close();
});

test("remember me is not offered where it cannot be kept, and says why", async () => {
  const window = await on(scenes.severalPortals);
  const remember = window.page.getByRole("checkbox", { name: "Remember me on this computer" });
  expect(await remember.isDisabled()).toBe(true);
  await window.page.getByText("no keyring is open on this computer").waitFor();
  const fixed = { preferences: ["keepSecrets" as const], portals: false, reason: "Shared laptops" };
  const preferences = { ...scenes.signedOut.state.preferences, keepSecrets: false };
  await says(window, agentState({ state: "signedOut" }, { preferences, fixed }));
  await window.page.getByText("your administrator has switched it off. “Shared laptops”").waitFor();
  await window.page.getByRole("combobox", { name: "Portal" }).selectOption("fjaerr.example");
  await window.page.getByText("Set by your administrator.").waitFor();
  await window.close();
});

test("a remembered computer signs in with one press", async () => {
  const window = await on(scenes.rememberedDevice);
  await button(window, "Sign in as e.lund (sonnenberg)").click();
  expect(await window.program.asked("loginRemembered")).toMatchObject({ portal: "portal.example" });
  await window.close();
});

test("who signed in here last types the password alone", async () => {
  const window = await on(scenes.signedInBefore);
  await field(window, "Password").waitFor();
  await window.page.keyboard.type("secret");
  await window.page.keyboard.press("Enter");
  expect(await window.program.asked("login")).toMatchObject({
    account: "sonnenberg",
    user: "e.lund",
    password: "secret",
  });
  await window.close();
});

test("a pasted code is sent by itself; a refused one leaves the step open and empty", async () => {
  const window = await on(scenes.secondFactor);
  window.program.answer("answerCode", () => {
    throw new CauseError("codeRefused");
  });
  await window.page.getByText("4:12").waitFor();
  await field(window, "One-time code").focus();
  await window.page.keyboard.insertText("123 456\n");
  expect(await window.program.asked("answerCode")).toMatchObject({ code: "123456" });
  await window.page.getByRole("alert").getByText("codeRefused").waitFor();
  expect(await field(window, "One-time code").inputValue()).toBe("");
  await window.close();
});

test("a code that comes too late leads back, with everything still typed", async () => {
  const window = await on(scenes.signedOut);
  await typePassword(window, "secret");
  await says(
    window,
    agentState({ state: "asking", question: { about: "secondFactor", expires: "2026-06-17T09:29:59.000Z" } }),
  );
  await window.page.getByText("The time for the code is over.").waitFor();
  await button(window, "Back to the sign-in").click();
  await window.program.asked("logout");
  await says(window, agentState({ state: "signedOut" }));
  expect(await field(window, "Password").inputValue()).toBe("secret");
  await window.close();
});

test("a changed certificate shows both fingerprints; accepting takes a deliberate step", async () => {
  const window = await on(scenes.certificateChanged);
  const { question } = scenes.certificateChanged.state.session as { question: { known: string; shown: string } };
  await window.page.getByRole("figure", { name: `Known until now: ${question.known}` }).waitFor();
  await window.page.getByRole("figure", { name: `Shown now: ${question.shown}` }).waitFor();
  expect(await button(window, "Accept the new key").isDisabled()).toBe(true);
  await window.page.getByRole("checkbox").press("Space");
  await button(window, "Accept the new key").click();
  expect(await window.program.asked("answerCertificate")).toMatchObject({ accept: true });
  await window.close();
});

test("where policy forbids it, a changed certificate can only be stopped at", async () => {
  const window = await on(scenes.certificateForbidden);
  await window.page.getByText("Your administrator does not allow").waitFor();
  await window.page.getByText("Keys are compared in the office").waitFor();
  expect(await button(window, "Accept the new key").count()).toBe(0);
  await button(window, "Stop here").click();
  expect(await window.program.asked("answerCertificate")).toMatchObject({ accept: false });
  await window.close();
});

test("a proxy's question comes over whatever place one is in, and keeps its secrets as they are", async () => {
  const window = await on(scenes.proxyPassword);
  const dialog = window.page.getByRole("dialog", { name: "The proxy here asks who you are" });
  await dialog.getByLabel("User name in this network").fill("OFFICE\\e.lund");
  await dialog.getByLabel("Password in this network").fill(" p+w ");
  await dialog.getByRole("button", { name: "Continue" }).click();
  expect(await window.program.asked("answerProxy")).toMatchObject({
    username: "OFFICE\\e.lund",
    password: " p+w ",
    keep: false,
  });
  await window.close();
});

test("a tunnel from before is gone on with or closed", async () => {
  const window = await on(scenes.takeOver);
  await button(window, "Go on with it").click();
  expect(await window.program.asked("answerTakeOver")).toMatchObject({ accept: true });
  await window.close();
});

test("a missing helper has one button; a declined start says what is needed", async () => {
  const window = await on(scenes.helperMissing);
  window.program.on("startHelper", () => ({ type: "declined" }));
  await button(window, "Start the service").click();
  await window.page.getByText("wants an administrator’s word").waitFor();
  await says(window, agentState({ state: "signedOut" }));
  await button(window, "Start the service").waitFor({ state: "detached" });
  await window.close();
});

test("signing in takes the keyboard alone, from the portal's address to the code", async () => {
  const window = await on(scenes.firstStart);
  const { page, program } = window;
  program.answer("inspectPortal", () => inspection);
  program.answer("addPortal", () => {
    program.answer("portals", () => ({ type: "portals", portals: [...scenes.signedOut.portals] }));
    return { type: "done" };
  });
  await page.getByRole("heading", { name: "Your portal" }).waitFor();
  await page.keyboard.type("portal.example");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.keyboard.type("sonnenberg");
  await page.keyboard.press("Tab");
  await page.keyboard.type("e.lund");
  await page.keyboard.press("Tab");
  await page.keyboard.type("secret");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  expect(await program.asked("login")).toMatchObject({ account: "sonnenberg", password: "secret", remember: true });
  await says(window, scenes.secondFactor.state);
  await page.getByRole("heading", { name: "One more step" }).waitFor();
  await page.keyboard.type("654321");
  expect(await program.asked("answerCode")).toMatchObject({ code: "654321" });
  await says(window, scenes.signedIn.state);
  await page.keyboard.press("Control+k");
  expect(await page.getByRole("searchbox").evaluate((element) => element === document.activeElement)).toBe(true);
  await window.close();
});
