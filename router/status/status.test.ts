import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { refuseSecondRun } from "../commands.ts";
import { CredentialStore, credentialsPath, saveCredentials } from "../credentials/credentials.ts";
import { HandClock } from "../testing/hand-clock.ts";
import { sampleCredentials, sampleTicket } from "../testing/samples.ts";
import { loadTexts } from "../texts.ts";
import type { Report, Tell } from "../tunnel/report.ts";
import { stateRecorder } from "./recorder.ts";
import { showStatus } from "./show.ts";

const connected: Report = {
  state: "connected",
  endpoint: "portal.example:443",
  address: "10.64.8.1",
  adapter: "anslut9",
  elapsedMs: 400,
  lans: sampleTicket().lans,
};

let directory = "";
let store: CredentialStore;
let tell: Tell;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "anslut-router-"));
  await saveCredentials(credentialsPath(directory), sampleCredentials());
  store = await CredentialStore.open(directory);
  tell = await stateRecorder(directory, store.current, new HandClock());
});
afterEach(() => rm(directory, { recursive: true }));

describe("status", () => {
  test("tells of a router that never ran", async () => {
    expect(await show()).toEqual({ exitCode: 3, lines: ["router SN-0017, portal portal.example:443", "not running"] });
  });

  test("tells of a tunnel, and of what keeps technicians from the LAN", async () => {
    await tell(connected);
    const { exitCode, lines } = await show();
    expect(exitCode).toBe(0);
    expect(lines[1]).toBe(
      "connected since 2026-11-21T00:00:00.000Z over portal.example:443 as 10.64.8.1; 192.168.0.0/24 as 100.64.3.0/24",
    );
    expect(lines.slice(2).map((line) => line.slice(0, 40))).toEqual([
      "warning: the kernel forwards nothing fro",
      "warning: 192.168.0.0/24 is enrolled but ",
    ]);
  });

  test("tells why there is no tunnel", async () => {
    await tell({ state: "waiting", failure: { cause: "noWay", detail: "" }, delayMs: 5000 });
    const { exitCode, lines } = await show();
    expect(exitCode).toBe(3);
    expect(lines[1]).toContain("No way out of this network to portal.example.");
  });

  test("is an object for scripts", async () => {
    await tell({ state: "waiting", failure: { cause: "noWay", detail: "" }, delayMs: 5000 });
    const { lines } = await showStatus(directory, store, await loadTexts("en"), "json");
    expect(JSON.parse(lines.join())).toEqual({
      portal: { host: "portal.example", port: 443 },
      serial: "SN-0017",
      state: "waiting",
      since: "2026-11-21T00:00:00.000Z",
      endpoint: null,
      address: null,
      adapter: null,
      lans: [],
      cause: "noWay",
      next: "2026-11-21T00:00:05.000Z",
      warnings: [],
    });
  });

  test("does not take a killed program for a running one", async () => {
    await tell(connected);
    const path = join(directory, "state.json");
    const state = await readFile(path, "utf8");
    await writeFile(path, state.replace(/"startTicks":"\d+"/, '"startTicks":"1"'));
    expect((await show()).lines[1]).toBe("not running");
  });

  test("keeps a second program from running beside the first, not one after a killed one", async () => {
    await expect(refuseSecondRun(directory)).resolves.toBeUndefined();
    await tell(connected);
    await expect(refuseSecondRun(directory)).rejects.toMatchObject({ key: "alreadyRuns" });
    await tell({ state: "stopped" });
    await expect(refuseSecondRun(directory)).resolves.toBeUndefined();
  });

  test("has no secret in its file", async () => {
    await tell(connected);
    const text = await readFile(join(directory, "state.json"), "utf8");
    expect(text).not.toMatch(/first|PRIVATE|CERTIFICATE/);
  });
});

async function show() {
  return await showStatus(directory, store, await loadTexts("en"), "text");
}
