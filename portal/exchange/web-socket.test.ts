import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { encodeFrame } from "../../contract/frame.ts";
import type { Question } from "./management.ts";
import { WebSocketServer } from "./web-socket.ts";

const question: Question = { username: "t", password: "p", certificate: null, sourcePort: 1024, again: false };

describe("the socket that web comes to", () => {
  let directory: string;
  let server: WebSocketServer;

  beforeEach(async () => {
    directory = mkdtempSync("/tmp/anslut-web-");
    server = new WebSocketServer(
      {
        welcome: () => ({ type: "welcome", protocol: 1, accounts: [], tunnels: [] }),
        request: () => {},
      },
      () => {},
    );
    const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    await server.listen(`${directory}/web/exchange.sock`, owner);
  });
  afterEach(() => {
    vi.useRealTimers();
    server.close();
    rmSync(directory, { recursive: true });
  });

  it("is web's alone", () => {
    expect(statSync(`${directory}/web/exchange.sock`).mode & 0o777).toBe(0o600);
    expect(statSync(`${directory}/web`).mode & 0o777).toBe(0o700);
  });

  it("without web lets no newcomer in, and cuts nobody who is in", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const newcomer = server.ask("a", "technician", question);
    const living = server.ask("a", "technician", { ...question, again: true });
    vi.advanceTimersByTime(10_000);
    expect(await newcomer).toEqual({ allow: false, cause: "portalFault" });
    expect(await living).toMatchObject({ allow: true });
  });

  it("with a web that is silent lets nobody stay", async () => {
    const web = connect(`${directory}/web/exchange.sock`);
    web.write(encodeFrame({ type: "hello", protocol: 1 }));
    await once(web, "data");
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const living = server.ask("a", "technician", { ...question, again: true });
    vi.advanceTimersByTime(10_000);
    expect(await living).toEqual({ allow: false, cause: "portalFault" });
    web.destroy();
  });

  it.each([
    ["a user name with spaces", { username: "a b" }],
    ["no password", { password: "" }],
    ["a password without end", { password: "p".repeat(2000) }],
    ["no port", { sourcePort: Number.NaN }],
    ["a certificate that is none", { certificate: "zz" }],
  ])("does not carry %s to web", async (_what, odd) => {
    expect(await server.ask("a", "router", { ...question, ...odd })).toEqual({ allow: false, cause: "ticketRefused" });
  });
});
