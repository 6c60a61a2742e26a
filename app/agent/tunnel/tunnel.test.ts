import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refuse } from "../testing/fake-portal.ts";
import { password, World } from "../testing/world.ts";

// Programs are started here: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let world: World;
beforeEach(async () => {
  world = await World.begin();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const slice = { network: "10.64.0.0/20", address: "10.64.0.17", gateway: "10.64.0.1" };
const connect = {
  type: "connect",
  machine: "m-1",
  networks: null,
  orderNumber: "A-7",
  reason: "drive",
  standIn: false,
} as const;

describe("dialling", () => {
  test("draws a ticket, spends it at the helper, and is ready after the echo", async () => {
    await world.signIn();
    expect(await world.ask({ type: "dial" })).toEqual({ type: "done" });
    const request = await world.helper.asked("connect");
    expect(request).toMatchObject({
      ticket: "ticket-1",
      credentials: { username: "ticket-1", password: "one-time" },
      identity: null,
      addressing: { kind: "dhcp", mac: "02:00:00:00:00:01", slices: [slice] },
    });
    expect(request.ways.map(({ port, wrap }) => `${port}${wrap ? "w" : ""}`)).toEqual(["1194", "443", "80", "443w"]);
    expect(world.state).toMatchObject({
      session: { state: "ready", endpoint: { port: 1194 } },
      tunnel: { ticket: "ticket-1", adapter: "anslut0", slice, roundTripMs: 40 },
    });
  });

  test("remembers what won on this network", async () => {
    world.helper.dials = "byHand";
    await world.signIn();
    const dialling = world.ask({ type: "dial" }).catch(() => undefined);
    await world.helper.asked("connect");
    world.helper.tell({ type: "wayWon", way: 3, elapsedMs: 1 });
    await world.session("securing");
    await world.ask({ type: "hangUp" });
    await dialling;
    world.helper.dials = "well";
    await world.ask({ type: "dial" });
    const { ways } = await world.helper.asked("connect", 2);
    expect(ways[0]).toMatchObject({ port: 443, wrap: { serverName: "portal.test" } });
  });

  test("opens the ways of last time while the ticket is drawn, and closes them when there is none", async () => {
    await world.signIn();
    await world.ask({ type: "dial" });
    expect(world.helper.requests.some(({ type }) => type === "prepare")).toBe(false); // nobody knew them yet
    await world.ask({ type: "hangUp" });
    await world.ask({ type: "dial" });
    const kinds = () => world.helper.requests.map(({ type }) => type).filter((type) => type !== "status");
    expect(kinds().slice(-2)).toEqual(["prepare", "connect"]);
    expect((await world.helper.asked("prepare")).ways).toEqual((await world.helper.asked("connect", 2)).ways);
    await world.ask({ type: "hangUp" });
    world.portal.on["POST /tickets"] = async () => {
      await world.helper.asked("prepare", 2);
      return refuse("tooManyAttempts");
    };
    await expect(world.ask({ type: "dial" })).rejects.toMatchObject({ cause: "tooManyAttempts" });
    expect(kinds().slice(-2)).toEqual(["prepare", "disconnect"]);
  });

  test("says which way is being tried", async () => {
    world.helper.dials = "byHand";
    await world.signIn();
    const dialling = world.ask({ type: "dial" }).catch(() => undefined);
    await world.helper.asked("connect");
    await world.until(({ session }) => session.state === "dialling" && session.endpoint?.port === 1194);
    world.helper.tell({ type: "attempted", attempt: { way: 0, outcome: "refused", elapsedMs: 1, detail: "" } });
    await world.until(({ session }) => session.state === "dialling" && session.endpoint?.port === 443);
    await world.ask({ type: "hangUp" });
    await dialling;
  });

  test.each(["noLease", "openvpnMissing", "serverUntrusted", "busy"] as const)(
    "that fails (%s) says why",
    async (cause) => {
      world.helper.dials = "byHand";
      await world.signIn();
      const dialling = world.ask({ type: "dial" });
      await world.helper.asked("connect");
      world.helper.tell({ type: "closed", cause, detail: "x" });
      await expect(dialling).rejects.toMatchObject({ cause, detail: "x" });
      expect(world.state).toMatchObject({ session: { state: "failed", failure: { cause } }, tunnel: null });
    },
  );

  test("over a tunnel that carries nothing is not green", async () => {
    world.silent.add(slice.gateway);
    await world.signIn();
    await expect(world.ask({ type: "dial" })).rejects.toMatchObject({ cause: "echoSilent" });
    await world.helper.asked("disconnect");
    expect(world.helper.tunnel).toBeNull();
  });

  test("without a session, or with one that is no good any more, says so", async () => {
    await expect(world.ask({ type: "dial" })).rejects.toMatchObject({ cause: "signedOut" });
    await world.signIn();
    world.portal.on["POST /tickets"] = () => refuse("signedOut");
    await expect(world.ask({ type: "dial" })).rejects.toMatchObject({ cause: "signedOut" });
    await world.session("signedOut");
  });

  test("that its face cancels leaves nothing; one whose face went away goes on", async () => {
    world.helper.dials = "byHand";
    await world.signIn();
    const gone = new AbortController();
    const left = world.ask({ type: "dial" }, gone.signal);
    await world.helper.asked("connect");
    gone.abort();
    await expect(left).rejects.toMatchObject({ cause: "cancelled" });
    expect(world.state.session.state).toBe("dialling");
    const { askedFor } = await import("../faces/face-connection.ts");
    const cancelled = new AbortController();
    const stopped = world.ask({ type: "dial" }, cancelled.signal);
    cancelled.abort(askedFor);
    await expect(stopped).rejects.toMatchObject({ cause: "cancelled" });
    await world.session("signedIn");
    expect(world.helper.tunnel).toBeNull();
  });

  test("asks for a proxy's password where the relay of the tunnel needs it", async () => {
    world.helper.dials = "byHand";
    await world.signIn();
    await world.ask({ type: "setProxy", setting: { mode: "manual", host: "p.office", port: 3128 }, credentials: null });
    const dialling = world.ask({ type: "dial" });
    await world.helper.asked("connect");
    world.helper.tell({
      type: "attempted",
      attempt: { way: 0, outcome: "proxyAuthRequired", elapsedMs: 1, detail: "" },
    });
    world.helper.tell({ type: "closed", cause: "proxyAuthRequired", detail: "" });
    expect(await dialling).toEqual({ type: "asked" });
    world.helper.dials = "well";
    const answer = { type: "answerProxy", username: "u", password: "p", keep: false } as const;
    expect(await world.ask(answer)).toEqual({ type: "done" });
    const { ways } = await world.helper.asked("connect", 2);
    expect(ways[0]?.proxy).toEqual({ host: "p.office", port: 3128, credentials: { username: "u", password: "p" } });
    expect(world.state.session.state).toBe("ready");
  });
});

describe("a tunnel", () => {
  test("that is lost comes back with a fresh ticket that replaces the old one, and so do its connections", async () => {
    await world.connect();
    world.helper.tell({ type: "closed", cause: "tunnelLost", detail: "reset" });
    await world.session("reconnecting");
    expect(world.state.connections).toMatchObject([{ machine: "m1", status: { state: "waiting" } }]);
    await world.until(({ connections }) => connections[0]?.status.state === "connected");
    expect((await world.portal.called("POST", "/tickets", 2)).body).toMatchObject({ replaces: "ticket-1" });
    const again = await world.portal.called("POST", "/machines/m1/connect", 2);
    expect(again.body).toEqual({ networks: null, tunnel: "ticket-2", orderNumber: "A-7", reason: "drive" });
    expect(world.state.tunnel?.ticket).toBe("ticket-2");
  });

  test("that falls silent is given up and dialled anew", async () => {
    await world.dial();
    world.silent.add(slice.gateway);
    world.agent.store.dispatch({ type: "woke" });
    await world.session("reconnecting");
    expect(world.state.session).toMatchObject({ why: { cause: "echoSilent" } });
    world.silent.clear();
    await world.session("ready");
    expect(world.state.tunnel?.ticket).toBe("ticket-2");
  });

  test("that the portal revoked stays away", async () => {
    await world.dial();
    world.helper.tell({ type: "closed", cause: "revoked", detail: "" });
    expect(await world.session("failed")).toMatchObject({ failure: { cause: "revoked" }, retryable: false });
    expect(world.portal.tickets).toBe(1);
  });

  test("outlives a helper connection that breaks", async () => {
    await world.connect();
    world.helper.drop();
    await world.helper.asked("resume");
    world.helper.tell({ type: "traffic", received: 77, sent: 1 });
    await world.until(({ tunnel }) => tunnel?.received === 77);
    expect(world.state).toMatchObject({
      session: { state: "ready" },
      connections: [{ status: { state: "connected" } }],
    });
    expect(world.portal.tickets).toBe(1);
  });

  test("that a restarted helper does not know is dialled anew", async () => {
    await world.dial();
    world.helper.tunnel = null;
    world.helper.drop();
    await world.session("reconnecting");
    await world.session("ready");
    expect(world.state.tunnel?.ticket).toBe("ticket-2");
  });

  test("counts what goes through it", async () => {
    await world.dial();
    world.helper.tell({ type: "traffic", received: 1234, sent: 567 });
    await world.until(({ tunnel }) => tunnel?.received === 1234 && tunnel.sent === 567);
  });

  test("shorter than the pause between two counts is in the history with what it carried", async () => {
    const bytes = async () => {
      const result = await world.ask({ type: "history", limit: 10, where: "here" });
      return result.type === "journal" ? result.entries.map(({ kind, received, sent }) => [kind, received, sent]) : [];
    };
    await world.connect();
    await world.ask({ type: "disconnect", machine: null });
    expect(await bytes()).toContainEqual(["connection", 0, 0]);
    world.helper.tell({ type: "traffic", received: 40, sent: 20 });
    await world.until(({ tunnel }) => tunnel?.received === 40);
    expect(await bytes()).toContainEqual(["connection", 40, 20]);
    // What the helper has counted when it is asked to end the tunnel, nobody was told yet.
    if (world.helper.tunnel) world.helper.tunnel = { ...world.helper.tunnel, received: 50, sent: 30 };
    await world.ask({ type: "hangUp" });
    const counted = await bytes();
    expect(counted).toContainEqual(["tunnel", 50, 30]);
    expect(counted).toContainEqual(["connection", 40, 20]);
  });

  test("whose connection is asked for again goes on in the history, whatever is counted meanwhile", async () => {
    world.portal.on["POST /machines/m1/connect"] = ({ body }) => {
      world.portal.intents = 0; // an open connection stays the same one
      return world.portal.intent({ tunnel: String(body.tunnel) });
    };
    await world.connect();
    await world.ask(connect);
    world.helper.tell({ type: "traffic", received: 40, sent: 20 });
    await world.until(({ tunnel }) => tunnel?.received === 40);
    const result = await world.ask({ type: "history", limit: 10, where: "here" });
    const open = result.type === "journal" ? result.entries.filter(({ until }) => until === null) : [];
    expect(open.map(({ kind }) => kind).sort()).toEqual(["connection", "tunnel"]);
  });

  test("is taken away by hang-up, which ends its connections", async () => {
    await world.connect();
    expect(await world.ask({ type: "hangUp" })).toEqual({ type: "done" });
    expect(world.state).toMatchObject({ session: { state: "signedIn" }, tunnel: null, connections: [] });
    expect(world.helper.tunnel).toBeNull();
    expect(await world.ask({ type: "hangUp" })).toEqual({ type: "done" });
  });

  test("is taken away by signing out", async () => {
    await world.dial();
    await world.ask({ type: "logout" });
    expect(world.helper.tunnel).toBeNull();
    await world.portal.called("POST", "/logout");
    expect(world.state).toMatchObject({ session: { state: "signedOut" }, identity: null, tunnel: null });
  });
});

describe("an agent that was killed", () => {
  test("is followed by one that goes on with tunnel and connections, without a word to anybody", async () => {
    world.portal.on["POST /login"] = () => world.portal.signedIn({ deviceToken: "device-token" });
    await world.connect();
    await world.portal.called("PUT", /state/, 2);
    await world.portal.called("GET", "/events"); // the second one below must be the next agent's
    await world.killAgent();
    await world.startAgent();
    await world.until(({ connections }) => connections[0]?.status.state === "connected");
    expect(world.state).toMatchObject({
      session: { state: "ready", endpoint: { port: 1194 } },
      identity: { account: "acme", user: "anna" },
      tunnel: { ticket: "ticket-1" },
      connections: [{ name: "M-1", intent: "intent-1" }],
    });
    expect(world.portal.tickets).toBe(1);
    const sets = world.helper.requests.flatMap((request) => (request.type === "setRoutes" ? [request.networks] : []));
    expect(sets).toEqual([["192.168.0.0/24"], ["192.168.0.0/24"]]);
    expect((await world.portal.called("GET", "/events", 2)).bearer).toBe("session-token");
  });

  test("is followed by one that goes on without a session, and takes a new sign-in", async () => {
    await world.dial();
    await world.killAgent();
    await world.startAgent();
    await world.session("ready");
    await expect(world.ask(connect)).rejects.toMatchObject({ cause: "signedOut" });
    const login = {
      type: "login",
      portal: null,
      account: "acme",
      user: "anna",
      password: "x",
      remember: false,
    } as const;
    expect(await world.ask(login)).toEqual({ type: "done" });
    await world.session("ready");
    expect(await world.ask(connect)).toEqual({ type: "done" });
    expect(world.portal.tickets).toBe(1);
  });

  test("in the middle of a dial is followed by one that knows whose tunnel that is", async () => {
    world.helper.dials = "byHand";
    await world.signIn();
    const dialling = world.ask({ type: "dial" }).catch(() => undefined);
    await world.helper.asked("connect");
    await world.killAgent();
    await world.startAgent();
    await world.ask({ type: "login", ...password });
    world.helper.dials = "well";
    expect(await world.ask({ type: "dial" })).toEqual({ type: "done" });
    expect(world.state.tunnel?.ticket).toBe("ticket-2");
    void dialling;
  });

  test("whose tunnel is gone is followed by one that knows that", async () => {
    await world.dial();
    await world.killAgent();
    world.helper.tunnel = null;
    await world.startAgent();
    expect(world.state).toMatchObject({ session: { state: "signedOut" }, tunnel: null });
  });
});

describe("a tunnel of another agent of the same user", () => {
  beforeEach(async () => {
    await world.signIn();
    const since = new Date().toISOString();
    world.helper.tunnel = {
      ticket: "other",
      phase: "up",
      adapter: "anslut0",
      way: 0,
      slice,
      networks: ["192.168.7.0/24"],
      since,
      received: 0,
      sent: 0,
    };
    expect(await world.ask({ type: "dial" })).toEqual({ type: "asked" });
    expect(world.state.session).toEqual({ state: "asking", question: { about: "takeOver", ticket: "other" } });
  });

  test("is gone on with", async () => {
    expect(await world.ask({ type: "answerTakeOver", accept: true })).toEqual({ type: "done" });
    expect(world.state.tunnel?.ticket).toBe("other");
    expect((await world.helper.asked("setRoutes")).networks).toEqual([]);
  });

  test("is ended, and an own one dialled", async () => {
    expect(await world.ask({ type: "answerTakeOver", accept: false })).toEqual({ type: "done" });
    expect(world.state.tunnel?.ticket).toMatch(/^ticket-/);
    await expect(world.ask({ type: "answerTakeOver", accept: true })).rejects.toMatchObject({ cause: "badRequest" });
  });
});

describe("this computer's network", () => {
  test("that goes away suspends, and brings the tunnel back when it returns", async () => {
    await world.dial();
    const { gateway } = world.helper.around;
    world.silent.add(slice.gateway);
    world.helper.around = { ...world.helper.around, gateway: null };
    world.helper.tellAll({ type: "networkChanged" });
    expect(await world.session("suspended")).toEqual({ state: "suspended", why: "noNetwork" });
    world.silent.clear();
    world.helper.around = { ...world.helper.around, gateway };
    world.helper.tellAll({ type: "networkChanged" });
    await world.session("ready");
    expect(world.portal.tickets).toBe(1);
  });

  test("that is the machine's own is said before a route is asked for", async () => {
    world.helper.around = { ...world.helper.around, localNetworks: [{ network: "192.168.0.0/16", adapter: "eth0" }] };
    await world.dial();
    await expect(world.ask(connect)).rejects.toMatchObject({
      cause: "overlap",
      detail: "192.168.0.0/24 192.168.0.0/16 eth0",
    });
    expect(world.helper.requests.some(({ type }) => type === "setRoutes")).toBe(false);
    expect((await world.portal.called("PUT", /state/)).body).toEqual({
      state: "overlapping",
      cause: "overlap",
      roundTripMs: null,
    });
  });
});

describe("connecting", () => {
  test("asks the portal, routes, waits for the router's echo, and tells the portal", async () => {
    await world.dial();
    expect(await world.ask(connect)).toEqual({ type: "done" });
    expect((await world.portal.called("POST", "/machines/m1/connect")).body).toEqual({
      networks: null,
      tunnel: "ticket-1",
      orderNumber: "A-7",
      reason: "drive",
    });
    expect((await world.helper.asked("setRoutes")).networks).toEqual(["192.168.0.0/24"]);
    expect(world.state.connections).toMatchObject([{ machine: "m1", status: { state: "connected", roundTripMs: 40 } }]);
    const reports = [await world.portal.called("PUT", /state/, 1), await world.portal.called("PUT", /state/, 2)];
    expect(reports.map(({ body }) => body.state)).toEqual(["routing", "connected"]);
  });

  test("by the page's click: the event names an intent that the agent fetches itself", async () => {
    await world.dial();
    await world.portal.called("GET", "/events");
    world.portal.publish({ type: "intent", intent: "intent-9", tunnel: "somebody-else" });
    world.portal.publish({ type: "intent", intent: "intent-1", tunnel: "ticket-1" });
    await world.until(({ connections }) => connections[0]?.status.state === "connected");
    expect(world.portal.calls.filter(({ path }) => path.startsWith("/intents/")).map(({ path }) => path)).toContain(
      "/intents/intent-1",
    );
    expect(world.portal.calls.some(({ path }) => path === "/intents/intent-9")).toBe(false);
  });

  test("by the page's click, with the order and reason that were written there: the history has them", async () => {
    await world.dial();
    await world.portal.called("GET", "/events");
    world.portal.on["GET /intents/*"] = () => world.portal.intent({ orderNumber: "A-4711", reason: "Servo F7" });
    world.portal.publish({ type: "intent", intent: "intent-1", tunnel: "ticket-1" });
    await world.until(({ connections }) => connections[0]?.status.state === "connected");
    const result = await world.ask({ type: "history", limit: 10, where: "here" });
    const entries = result.type === "journal" ? result.entries : [];
    expect(entries).toContainEqual(
      expect.objectContaining({ kind: "connection", orderNumber: "A-4711", reason: "Servo F7" }),
    );
  });

  test.each(["rightsMissing", "machineOffline"] as const)("that is refused (%s) says why", async (cause) => {
    await world.dial();
    world.portal.on["POST /machines/m1/connect"] = () => refuse(cause);
    await expect(world.ask(connect)).rejects.toMatchObject({ cause });
    expect(world.state.connections).toMatchObject([{ status: { state: "failed", failure: { cause } } }]);
  });

  test("that failed because the router was away is made when it is back, though the event that said so was missed", async () => {
    await world.dial();
    world.portal.on["POST /machines/m1/connect"] = () => refuse("machineOffline");
    await expect(world.ask(connect)).rejects.toMatchObject({ cause: "machineOffline" });
    world.portal.on["POST /machines/m1/connect"] = () => world.portal.intent({});
    world.portal.on["GET /machines/m1"] = () => world.portal.machine();
    world.portal.publish({ type: "resync" });
    await world.until(({ connections }) => connections[0]?.status.state === "connected");
  });

  test("that is refused while the router comes back is made, though the event that says so overtakes the refusal", async () => {
    await world.dial();
    world.portal.on["GET /machines/m1"] = () => world.portal.machine();
    world.portal.on["POST /machines/m1/connect"] = () => {
      world.portal.on["POST /machines/m1/connect"] = () => world.portal.intent({});
      world.portal.publish({ type: "machineChanged", machine: world.portal.machine() });
      return refuse("machineOffline");
    };
    await world.ask(connect).catch(() => undefined);
    await world.until(({ connections }) => connections[0]?.status.state === "connected");
  });

  test("to an unknown machine, or without a tunnel, says so", async () => {
    await world.signIn();
    await expect(world.ask(connect)).rejects.toMatchObject({ cause: "dialFirst" });
    await world.ask({ type: "dial" });
    world.portal.on["GET /machines/nobody"] = () => refuse("machineUnknown");
    await expect(world.ask({ ...connect, machine: "nobody" })).rejects.toMatchObject({ cause: "machineUnknown" });
    await expect(world.ask({ ...connect, machine: "no body!" })).rejects.toMatchObject({ cause: "machineUnknown" });
  });

  test("to a machine whose router does not answer says that, and is green once it does", async () => {
    await world.dial();
    world.silent.add("10.64.8.1");
    await expect(world.ask(connect)).rejects.toMatchObject({ cause: "routerSilent" });
    expect(world.state.connections).toMatchObject([{ status: { state: "silent", who: "router" } }]);
  });

  test("with a route that the helper refuses is no green", async () => {
    await world.dial();
    world.helper.routes = (networks) => ({
      type: "routes",
      revision: 1,
      routes: networks.map((network) => ({ network, state: "refused", cause: "routeRefused", detail: "policy" })),
    });
    await expect(world.ask(connect)).rejects.toMatchObject({ cause: "routeRefused" });
    expect(world.state.connections).toMatchObject([{ status: { state: "routeErrors" } }]);
  });

  test("ends with disconnect: routes first, then the portal", async () => {
    await world.connect();
    expect(await world.ask({ type: "disconnect", machine: "M-1" })).toEqual({ type: "done" });
    expect(world.state.connections).toEqual([]);
    expect((await world.helper.asked("setRoutes", 2)).networks).toEqual([]);
    expect((await world.portal.called("POST", "/machines/m1/disconnect")).body).toEqual({ tunnel: "ticket-1" });
    await expect(world.ask({ type: "disconnect", machine: "M-1" })).rejects.toMatchObject({ cause: "machineUnknown" });
    expect(await world.ask({ type: "disconnect", machine: null })).toEqual({ type: "done" });
  });

  test("ends when the portal withdraws the right, and says so", async () => {
    await world.connect();
    await world.portal.called("GET", "/events");
    world.portal.publish({ type: "intentEnded", intent: "intent-1", tunnel: "ticket-1", cause: "rightsMissing" });
    await world.until(({ connections }) => connections[0]?.status.state === "failed");
    expect((await world.helper.asked("setRoutes", 2)).networks).toEqual([]);
  });
});
