import { EventEmitter } from "node:events";
import type { App, Dialog } from "electron";
import { expect, test } from "vitest";
import type { AgentState } from "../../../contract/state.ts";
import { FakeConnection } from "../bridge/testing/fake-connection.ts";
import { linkBed } from "../bridge/testing/fake-link.ts";
import { textsIn } from "../tray/texts.ts";
import { Leaving } from "./leaving.ts";
import { FakeWindow } from "./testing/fake-electron.ts";

const tunnel: AgentState["tunnel"] = {
  ticket: "t-1",
  adapter: "anslut0",
  slice: { address: "10.0.0.2", prefix: 24 } as never,
  since: "2026-11-21T08:00:00.000Z",
  received: 0,
  sent: 0,
  roundTripMs: null,
};
const choices = ["hangUp", "leave", "stay"] as const;

async function bed({ tray, up, answer }: { tray: boolean; up: boolean; answer?: (typeof choices)[number] }) {
  const agent = new FakeConnection(up ? { tunnel } : {});
  const { link, settled } = linkBed(agent);
  const window = new FakeWindow();
  const done: string[] = [];
  const app = Object.assign(new EventEmitter(), { quit: () => void done.push("quit") });
  const dialog = {
    showMessageBox: async () => {
      done.push("asked");
      return { response: choices.indexOf(answer ?? "stay"), checkboxChecked: false };
    },
  };
  const leaving = new Leaving({
    app: app as unknown as App,
    dialog: dialog as unknown as Dialog,
    window: window.asWindow,
    link,
    texts: { now: textsIn("en") },
    staysBehind: async () => tray,
  });
  void link.run();
  await settled();
  return { agent, window, app, done, leaving };
}

test("a window that is closed goes into the tray, where there is one now", async () => {
  const { window, done } = await bed({ tray: true, up: true });
  expect(window.close()).toBe(false);
  await expect.poll(() => window.acts).toEqual(["hide"]);
  expect(done).toEqual([]);
});

test("without a tray closing quits, so that nothing runs unseen", async () => {
  const { window, done } = await bed({ tray: false, up: false });
  expect(window.close()).toBe(false);
  await expect.poll(() => done).toEqual(["quit"]);
  expect(window.acts).toEqual([]);
  // What quits closes its windows.
  expect(window.close()).toBe(true);
});

test("with a tunnel up it asks, and who would rather stay stays", async () => {
  const { window, done } = await bed({ tray: false, up: true, answer: "stay" });
  window.close();
  await expect.poll(() => done).toEqual(["asked"]);
  expect(window.close()).toBe(false);
});

test("it hangs up before it quits, where that is wanted, and leaves the tunnel where not", async () => {
  const first = await bed({ tray: true, up: true, answer: "hangUp" });
  const left = first.leaving.quit();
  const asked = await first.agent.next("hangUp");
  expect(first.done).toEqual(["asked"]);
  asked.answer({ type: "done" });
  await left;
  expect(first.done).toEqual(["asked", "quit"]);
  const second = await bed({ tray: true, up: true, answer: "leave" });
  await second.leaving.quit();
  expect([second.done, second.agent.asked]).toEqual([["asked", "quit"], []]);
});

test("when the system ends the session nobody is asked", async () => {
  const { window, app, done } = await bed({ tray: true, up: true });
  app.emit("before-quit");
  expect(window.close()).toBe(true);
  expect([window.acts, done]).toEqual([[], []]);
});
