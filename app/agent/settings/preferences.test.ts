import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Policy } from "../../../contract/policy.ts";
import { initialPreferences } from "../../../contract/preferences.ts";
import { password, World } from "../testing/world.ts";
import { inForce } from "./preferences.ts";

// A whole agent with TLS and processes, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let world: World;
beforeEach(async () => {
  world = await World.begin();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const open: Policy = {
  version: 1,
  tunnel: { serverNames: null, authorities: null, alsoRoute: [], neverRoute: [] },
  portals: { preset: [], others: true, acceptChangedCertificate: true },
  proxy: null,
};
const settingsFile = () => join(world.folder, "config", "settings.json");
const set = (change: Partial<typeof initialPreferences>) =>
  world.ask({ type: "setPreferences", preferences: { ...world.state.preferences, ...change } });

describe("preferences", () => {
  test("are there from the beginning, change at once for every face, and outlive the agent", async () => {
    expect(world.state.preferences).toEqual(initialPreferences);
    await set({ theme: "dark", language: "sv" });
    expect(world.state.preferences).toMatchObject({ theme: "dark", language: "sv" });
    await world.killAgent();
    await world.startAgent();
    expect(world.state.preferences).toMatchObject({ theme: "dark", language: "sv" });
  });

  test("are read from settings of a version that had none", async () => {
    await world.addPortal();
    await world.killAgent();
    const { preferences: _, ...old } = JSON.parse(await readFile(settingsFile(), "utf8"));
    await writeFile(settingsFile(), JSON.stringify(old));
    await world.startAgent();
    expect(world.state).toMatchObject({ preferences: initialPreferences, notice: null });
    expect(await world.ask({ type: "portals" })).toMatchObject({ portals: [{ host: "portal.test" }] });
  });

  test("survive signing in and out", async () => {
    await set({ theme: "light" });
    await world.signIn();
    await world.ask({ type: "logout" });
    expect(world.state.preferences.theme).toBe("light");
  });
});

describe("policy", () => {
  test("holds against the person, is shown with its reason, and leaves the person's choice alone", async () => {
    await set({ theme: "dark", startAtLogin: true });
    await world.policy({ ...open, preferences: { theme: "contrast", startAtLogin: true }, reason: "Regel 4" });
    await world.agent.readPolicy();
    expect(world.state.preferences).toMatchObject({ theme: "contrast", startAtLogin: true });
    expect(world.state.fixed).toEqual({ preferences: ["theme", "startAtLogin"], portals: false, reason: "Regel 4" });
    await expect(set({ theme: "light", language: "de" })).rejects.toMatchObject({ cause: "policyForbids" });
    expect(world.state.preferences.language).toBeNull();
    await set({ language: "de" });
    await rm(join(world.folder, "policy.json"));
    await world.agent.readPolicy();
    expect(world.state).toMatchObject({ preferences: { theme: "dark", language: "de" }, fixed: { preferences: [] } });
  });

  test("that knows the portals says so, and refuses another before anybody looks at it", async () => {
    await world.policy({ ...open, portals: { ...open.portals, others: false }, reason: "Regel 5" });
    await world.agent.readPolicy();
    expect(world.state.fixed).toEqual({ preferences: [], portals: true, reason: "Regel 5" });
    await expect(world.ask({ type: "inspectPortal", address: "other.test" })).rejects.toMatchObject({
      cause: "policyForbids",
    });
    expect(world.races).toEqual([]);
  });

  test("that cannot be read may fix anything, so nothing can be changed", async () => {
    await writeFile(join(world.folder, "policy.json"), "{}");
    await expect(set({ theme: "dark" })).rejects.toMatchObject({ cause: "policyForbids" });
    await world.agent.readPolicy();
    expect(world.state.fixed.portals).toBe(true);
    expect(inForce({ theme: "dark" }, { state: "invalid", detail: "" }).preferences.theme).toBe("dark");
  });
});

describe("secrets that must not be kept", () => {
  const remembered = { ...password, remember: true };
  beforeEach(async () => {
    world.portal.on["POST /login"] = ({ body }) =>
      world.portal.signedIn(body.remember === true ? { deviceToken: "device-token" } : {});
    await world.addPortal();
  });

  test("are forgotten at once, also those of proxies", async () => {
    await world.ask({ type: "login", ...remembered });
    const setting = { mode: "manual", host: "proxy.office", port: 3128 } as const;
    await world.ask({ type: "setProxy", setting, credentials: { username: "anna", password: "p+ss" } });
    await world.ask({ type: "setProxy", setting: { mode: "none" }, credentials: null });
    expect([...world.secrets.kept.keys()].sort()).toEqual(["device portal.test", "proxy proxy.office:3128"]);
    await set({ keepSecrets: false });
    expect(world.secrets.kept.size).toBe(0);
    expect(await world.ask({ type: "portals" })).toMatchObject({ portals: [{ remembered: null, last: null }] });
    await world.ask({ type: "logout" });
    await world.ask({ type: "login", ...remembered });
    expect(await readFile(settingsFile(), "utf8")).not.toContain("anna");
  });

  test("are not kept from then on, and the portal is not asked to remember the device", async () => {
    await set({ keepSecrets: false });
    await world.ask({ type: "login", ...remembered });
    expect((await world.portal.called("POST", "/login")).body).toMatchObject({ remember: false });
    expect(world.secrets.kept.size).toBe(0);
    await expect(world.ask({ type: "loginRemembered", portal: null })).rejects.toMatchObject({ cause: "signedOut" });
  });

  test("are forgotten when policy comes to forbid them while nothing runs", async () => {
    await world.ask({ type: "login", ...remembered });
    expect(world.secrets.kept.size).toBe(1);
    await world.killAgent();
    await world.policy({ ...open, preferences: { keepSecrets: false } });
    await world.startAgent();
    expect(world.secrets.kept.size).toBe(0);
  });
});

describe("a tunnel that slept", () => {
  test("comes back by itself", async () => {
    await world.dial();
    await world.ask({ type: "power", event: "suspend" });
    await world.ask({ type: "power", event: "resume" });
    await world.session("ready");
    expect(world.helper.tunnel).not.toBeNull();
  });

  test("is hung up where the person wants that", async () => {
    await set({ reconnectAfterSleep: false });
    await world.dial();
    await world.ask({ type: "power", event: "resume" });
    await world.session("signedIn");
    expect(world.helper.tunnel).toBeNull();
    expect(world.portal.tickets).toBe(1);
  });
});
