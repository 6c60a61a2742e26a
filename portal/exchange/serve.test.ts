import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExchangeAccount } from "../../contract/exchange.ts";
import { encodeFrame } from "../../contract/frame.ts";
import { Stage, tunnelOf } from "./testing/stage.ts";
import { outcomeOf, said, whyNoWorld } from "./testing/world.ts";

const why = whyNoWorld();
if (why !== undefined) console.warn(`serve.test.ts is left out: ${why}`);

describe.skipIf(why !== undefined)("exchange and its web", { timeout: 30_000 }, () => {
  let stage: Stage;
  let account: ExchangeAccount;

  beforeAll(async () => {
    stage = await Stage.open();
    account = stage.account("a", 1);
  }, 30_000);
  afterAll(() => stage?.close());

  /** Sends raw bytes to exchange and gives what it answered until it closed. */
  const answerTo = async (bytes: Uint8Array): Promise<string> => {
    const socket = connect(`${stage.world.directory}/web/exchange.sock`);
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", () => {});
    socket.write(bytes);
    await new Promise((resolve) => socket.once("close", resolve));
    return Buffer.concat(chunks).toString();
  };

  it("shows its socket to web's user alone", async () => {
    const { output } = await stage.world.run("portal", [
      "stat",
      "-c",
      "%U %a",
      "/run/anslut-portal/web",
      "/run/anslut-portal/web/exchange.sock",
    ]);
    expect(output.trim().split("\n")).toEqual(["anslut-web 700", "anslut-web 600"]);
  });

  it("ends a connection that speaks something else, and nothing else happens", async () => {
    expect(await answerTo(Buffer.from("GET / HTTP/1.1\r\n\r\n"))).toBe("");
    expect(await answerTo(randomBytes(100_000))).toBe("");
    expect(await answerTo(encodeFrame({ type: "removeAccount", id: 1, account: "a" }))).toBe(""); // no hello before
    expect(await answerTo(encodeFrame({ type: "hello", protocol: 1, more: true }))).toBe("");
    expect(await answerTo(encodeFrame({ type: "openTunnel", id: 1, tunnel: { tunnel: "a; reboot" } }))).toBe("");
    await stage.ensureAccount(account);
  });

  it("refuses what it cannot do with a cause, and goes on", async () => {
    const refused = async (order: Parameters<typeof stage.web.request>[0], cause: string) =>
      expect(await stage.web.request(order)).toMatchObject({ type: "refusal", cause });
    await refused({ type: "openTunnel", tunnel: { ...tunnelOf(account, "t", 20), account: "nobody" } }, "notFound");
    await refused({ type: "setFlows", account: "nobody", flows: [] }, "notFound");
    const flow = { tunnel: "t", destination: "10.0.0.1/8", protocol: "any", ports: null } as const;
    await refused({ type: "setFlows", account: "a", flows: [flow] }, "badRequest");
    await refused({ type: "ensureAccount", account: { ...stage.account("b", 1) } }, "badRequest");
    const broken = { ...account, account: "c", index: 3, server: { ...account.server, privateKey: "no key" } };
    await refused({ type: "ensureAccount", account: broken }, "openvpnDied");
    expect((await stage.world.run("portal", ["ls", "/run/netns"])).output).not.toMatch(/anslut-3/);
    const twins = { ...account, slices: ["10.65.0.0/20", "10.65.0.0/20"] as [string, string] };
    await refused({ type: "ensureAccount", account: { ...twins, account: "d", index: 4 } }, "badRequest");
    await stage.done({ type: "closeTunnel", tunnel: "nobody", reason: "revoked" });
    await stage.done({ type: "removeAccount", account: "nobody" });
  });

  it("makes ten accounts at once", async () => {
    const accounts = Array.from({ length: 10 }, (_, at) => stage.account(`many-${at}`, 20 + at));
    const start = performance.now();
    await Promise.all(accounts.map((many) => stage.done({ type: "ensureAccount", account: many })));
    console.info(`ten accounts in ${Math.round(performance.now() - start)} ms`);
    await Promise.all(accounts.map((many) => stage.done({ type: "removeAccount", account: many.account })));
    expect((await stage.world.run("portal", ["ls", "/run/netns"])).output).not.toMatch(/anslut-2/);
    expect((await stage.world.run("portal", ["ip", "-br", "link"])).output).not.toMatch(/anslut-2/);
  });

  it("keeps tunnels while web is away, and asks the next web what the last one left unanswered", async () => {
    const tunnel = tunnelOf(account, "held", 17);
    await stage.openTunnel(tunnel);
    stage.web.authorise = () => undefined; // a web that hangs
    const client = stage.startClient("laptop", tunnel, "tapa");
    const connected = said(client, /Initialization Sequence Completed/);
    await stage.web.until(() => stage.web.messages.some((message) => message.type === "authorise"));
    await stage.comeAsWeb();
    await connected;
    await stage.comeAsWeb();
    const [welcome] = stage.web.messages;
    expect(welcome).toMatchObject({ accounts: ["a"], tunnels: [{ tunnel: "held", account: "a", connected: true }] });
    await stage.ensureAccount(account);
    stage.web.close();
    client.kill();
    await delay(300);
    await stage.comeAsWeb();
    await stage.web.until(() => stage.web.messages.some((message) => message.type === "tunnelClosed"));
  });

  it("denies a client that web does not answer about", async () => {
    const tunnel = tunnelOf(account, "unanswered", 18);
    await stage.openTunnel(tunnel);
    stage.web.authorise = () => undefined;
    const { output } = await outcomeOf(stage.startClient("laptop", tunnel, "tapa"));
    expect(output).toMatch(/AUTH_FAILED,portalFault/);
    await stage.comeAsWeb();
  }, 20_000);

  it("starts the routers' process and the DHCP server again when they die", async () => {
    const before = stage.web.messages.filter((message) => message.type === "routersListening").length;
    await stage.world.run("portal", ["pkill", "-KILL", "-u", "200001", "-x", "openvpn"]);
    await stage.web.until(
      () => stage.web.messages.filter((message) => message.type === "routersListening").length > before,
    );
    await stage.world.run("portal", ["pkill", "-KILL", "-u", "250001", "-x", "dnsmasq"]);
    await delay(1000);
    const tunnel = tunnelOf(account, "leased", 19);
    await stage.openTunnel(tunnel);
    await stage.dial("laptop", tunnel, "tapa");
    expect(await stage.lease("laptop", "tapa", "anslut-1")).toMatch(/^lease of 10\.65\.0\.19/);
  });

  it("killed, takes every process with it; started again, finds an empty house", async () => {
    await stage.endExchange("KILL");
    await delay(100);
    const processes = await stage.world.run("portal", ["pgrep", "-r", "S,R,D", "-l", "openvpn|dnsmasq"]);
    expect(processes.output.trim().split("\n")).toEqual([expect.stringMatching(/openvpn$/)]); // the laptop's
    await stage.startExchange();
    expect(stage.web.messages[0]).toMatchObject({ type: "welcome", accounts: [], tunnels: [] });
    expect((await stage.world.run("portal", ["ls", "/run/netns"])).output).not.toMatch(/anslut/);
    await stage.ensureAccount(account);
    const tunnel = tunnelOf(account, "anew", 17);
    await stage.openTunnel(tunnel);
    await stage.dial("laptop", tunnel, "tapa");
  });

  it("asked to end, leaves nothing, and does not tell its clients to stay away", async () => {
    await Promise.all(
      [30, 31, 32, 33, 34].map((offset) => stage.openTunnel(tunnelOf(account, `end-${offset}`, offset))),
    );
    const { client } = await stage.dial("laptop", tunnelOf(account, "end-30", 30), "tapb");
    const ended = outcomeOf(client);
    const start = performance.now();
    await stage.endExchange("TERM");
    console.info(`ended in ${Math.round(performance.now() - start)} ms`);
    expect((await ended).output).toMatch(/Connection reset/);
    const { output: links } = await stage.world.run("portal", ["ip", "-br", "link"]);
    expect(links).not.toMatch(/anslut/);
    expect((await stage.world.run("portal", ["ls", "/run/netns"])).output).not.toMatch(/anslut/);
    expect((await stage.world.run("portal", ["ls", "/run/anslut-portal/exchange"])).output).toBe("");
    expect((await stage.world.run("portal", ["pgrep", "-r", "S,R,D", "-l", "openvpn|dnsmasq"])).output).not.toMatch(
      /dnsmasq/,
    );
  });
});
