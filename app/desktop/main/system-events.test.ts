import { EventEmitter } from "node:events";
import type { App, PowerMonitor } from "electron";
import { expect, test } from "vitest";
import { FakeConnection } from "../bridge/testing/fake-connection.ts";
import { linkBed } from "../bridge/testing/fake-link.ts";
import { followSystem } from "./system-events.ts";

async function bed() {
  const agent = new FakeConnection();
  const { link, settled } = linkBed(agent);
  const app = new EventEmitter();
  const powerMonitor = new EventEmitter();
  const done: unknown[] = [];
  followSystem({
    app: app as unknown as App,
    powerMonitor: powerMonitor as unknown as PowerMonitor,
    link,
    acts: { askToConnect: (machine) => done.push(["ask", machine]), comeForward: () => done.push(["forward"]) },
  });
  void link.run();
  await settled();
  return { agent, app, powerMonitor, done };
}

test("the agent hears of sleep and waking; one that does not answer is nobody's trouble", async () => {
  const { agent, powerMonitor } = await bed();
  powerMonitor.emit("suspend");
  powerMonitor.emit("resume");
  expect(agent.asked.map(({ ask }) => ask)).toEqual([
    { type: "power", event: "suspend" },
    { type: "power", event: "resume" },
  ]);
  agent.hangUp();
  await Promise.resolve();
  powerMonitor.emit("suspend");
});

test("a second start hands over its link, which only asks; without one the window comes forward", async () => {
  const { app, done } = await bed();
  app.emit("second-instance", {}, ["anslut-desktop", "--x", "anslut://connect?id=m-17"]);
  app.emit("second-instance", {}, ["anslut-desktop", "--hidden", "anslut://other?id=m-17", "https://x.example/"]);
  expect(done).toEqual([
    ["ask", "m-17"],
    ["ask", undefined],
  ]);
});

test("a link that the system hands over (macOS) only asks, and the system does nothing more with it", async () => {
  const { app, done } = await bed();
  let prevented = 0;
  app.emit("open-url", { preventDefault: () => (prevented += 1) }, "anslut://connect?id=m-17");
  app.emit("activate");
  expect([prevented, done]).toEqual([1, [["ask", "m-17"], ["forward"]]]);
});
