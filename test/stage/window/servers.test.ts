import { once } from "node:events";
import { request } from "node:http";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { PortalGate } from "../../../app/desktop/bridge/portal-gate.ts";
import { distDir } from "../../../build/paths.ts";
import { PageServer } from "./page-server.ts";
import { PortalServer } from "./portal-server.ts";

async function pageServer(): Promise<PageServer> {
  const server = await PageServer.open({
    folder: join(distDir, "window"),
    script: "",
    frames: [],
    onPage: () => {},
  });
  onTestFinished(() => server.close());
  return server;
}

/** Whether the server takes a page's socket that shows this token and comes from there. */
async function isTaken(server: PageServer, token: string, origin = server.origin): Promise<boolean> {
  const socket = new WebSocket(`${server.origin.replace("http", "ws")}/bridge`, ["anslut", token], { origin });
  onTestFinished(() => socket.terminate());
  return await Promise.race([
    once(socket, "open").then(() => true),
    once(socket, "error").then(() => false),
    once(socket, "unexpected-response").then(() => false),
  ]);
}

const tokenIn = (address: string): string => new URL(address).hash.slice(1);

/** Asks with a Host of one's own, as a name does that somebody's DNS lets point to loopback. */
async function statusOf(origin: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const asked = request(`${origin}${path}`, { headers });
  asked.end();
  const [answer] = (await once(asked, "response")) as [{ readonly statusCode: number; readonly resume: () => void }];
  answer.resume();
  return answer.statusCode;
}

test("a token opens the window once", async () => {
  const server = await pageServer();
  const token = tokenIn(server.makeAddress());
  expect(await isTaken(server, "guessed")).toBe(false);
  expect(await isTaken(server, token)).toBe(true);
  expect(await isTaken(server, token)).toBe(false);
});

test("another site in the same browser gets no socket, and a name that points here no page", async () => {
  const server = await pageServer();
  expect(await isTaken(server, tokenIn(server.makeAddress()), "https://evil.example")).toBe(false);
  expect(await statusOf(server.origin, "/", { host: "evil.example" })).toBe(404);
  expect(await statusOf(server.origin, "/")).toBe(200);
  expect(await statusOf(server.origin, "/..%2f..%2fpackage.json")).toBe(404);
});

test("the portal's pages are for whoever was let in, once for each word", async () => {
  const portal = await PortalServer.open();
  onTestFinished(() => portal.close());
  const gate = new PortalGate({
    origin: "https://portal.example",
    open: () => Promise.reject(new Error()),
    now: () => 0,
  });
  const entrance = new URL(portal.enter(gate, "https://portal.example/#hand-over=1"));
  expect(entrance.hash).toBe("#hand-over=1");
  expect(await statusOf(portal.origin, "/")).toBe(403);
  expect(await statusOf(portal.origin, "/stage-enter?token=guessed")).toBe(403);
  expect(await statusOf(portal.origin, `${entrance.pathname}${entrance.search}`)).toBe(302);
  expect(await statusOf(portal.origin, `${entrance.pathname}${entrance.search}`)).toBe(403);
});
