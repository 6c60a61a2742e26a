import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Lab } from "../lab/lab.ts";
import { readRegister } from "../lab/modbus.ts";
import { openLab } from "../lab/open.ts";
import { causeOf, type Headers, HttpsCaller } from "./https-caller.ts";
import { Person } from "./person.ts";

// Attacker: a technician who is signed in, `carl` of another account and `ben` of the same one without a right. They own their
// laptop (root on laptop2) and their tunnel. Victim: `anna` on laptop, connected to machine 1.

let lab: Lab;
let anna: Person;
let ben: Person;
let carl: Person;
let caller: HttpsCaller;
let annas: { readonly machine: string; readonly intent: string; readonly tunnel: string; readonly address: string };
const tokens = new Map<string, Headers>();
const plc = () => lab.variable("MACHINE1_REMOTE_PLC");
const register = () => Number(lab.variable("MACHINE1_REGISTER"));

beforeAll(async () => {
  lab = await openLab({ stands: "product" });
  anna = new Person(lab, "anna", "laptop", "tech");
  ben = new Person(lab, "ben", "laptop2", "tech2");
  carl = new Person(lab, "carl", "laptop2", "tech2");
  caller = new HttpsCaller(lab, "laptop2");
  await Promise.all([anna.addPortal(), ben.addPortal()]);
  await anna.signIn();
  const { address } = await anna.dial();
  const said = (await anna.must(["connect", lab.variable("MACHINE1_NAME")])) as {
    readonly connection: { readonly machine: string; readonly intent: string };
  };
  const { tunnel } = (await anna.must(["status"])) as { readonly tunnel: { readonly ticket: string } };
  annas = { ...said.connection, tunnel: tunnel.ticket, address };
  for (const person of [ben, carl]) tokens.set(person.name, await caller.signIn(person));
});

afterAll(async () => {
  await caller.close();
  await lab.close();
});

/** That the victim noticed nothing: her tunnel and connection live, and her machine answers. */
async function expectAnnaUntouched(): Promise<void> {
  expect(await anna.must(["status"])).toMatchObject({
    session: { state: "ready" },
    tunnel: { ticket: annas.tunnel, slice: { address: annas.address } },
    connections: [{ intent: annas.intent, status: { state: "connected" } }],
  });
  expect(await readRegister(lab, "laptop", plc(), 1, "tech")).toBe(register());
}

/** A packet more at the PLC, by whomever: proof that a packet of the attacker's came through. */
async function packetsAtPlc(attack: () => Promise<unknown>): Promise<number> {
  const before = await lab.packets("plc1");
  await attack();
  return (await lab.packets("plc1")).received - before.received;
}

const connect = { networks: null, tunnel: null, orderNumber: "", reason: "" };
const closed = { state: "closed", cause: null, roundTripMs: null };

describe.each(["carl", "ben"])("%s, signed in, with the ids of the other's rows", (name) => {
  const as = () => tokens.get(name) ?? {};

  test("asks for machine, connection and tunnel: not found, as if there were none", async () => {
    const { machine, intent, tunnel } = annas;
    const attempts: readonly (readonly [string, string, unknown, string])[] = [
      ["GET", `/machines/${machine}`, undefined, "machineUnknown"],
      ["POST", `/machines/${machine}/connect`, connect, "machineUnknown"],
      ["POST", `/machines/${machine}/connect`, { ...connect, tunnel }, "machineUnknown"],
      ["GET", `/intents/${intent}`, undefined, "notFound"],
      ["PUT", `/intents/${intent}/state`, closed, "notFound"],
      ["GET", `/machines/${encodeURIComponent("../machines")}`, undefined, "machineUnknown"],
      ["GET", `/machines/${encodeURIComponent("' OR 1=1 --")}`, undefined, "machineUnknown"],
    ];
    for (const [method, path, body, cause] of attempts) {
      const answer = await caller.send(method, `/api/v1${path}`, body, as());
      expect([method, path, answer.status, causeOf(answer)]).toEqual([method, path, 404, cause]);
      const none = path.replace(machine, "x".repeat(machine.length)).replace(intent, "y".repeat(intent.length));
      const unknown = await caller.send(method, `/api/v1${none}`, body, as());
      expect([unknown.status, unknown.text]).toEqual([answer.status, answer.text]);
    }
    await expectAnnaUntouched();
  });

  test("disconnects the other's machine, replaces the other's tunnel: nothing of hers changes", async () => {
    const { machine, tunnel } = annas;
    for (const which of [tunnel, null])
      await caller.post(`/api/v1/machines/${machine}/disconnect`, { tunnel: which }, as());
    const ticket = await caller.post("/api/v1/tickets", { device: "tap", laptop: "x", replaces: tunnel }, as());
    expect(ticket.status).toBe(200);
    await expectAnnaUntouched();
  });

  test("lists machines, tunnels, history and events: nothing of hers is in it", async () => {
    const events = caller.follow(as(), "signedOut");
    await events.begun;
    await anna.must(["connect", lab.variable("MACHINE2_NAME")]);
    await anna.must(["disconnect", lab.variable("MACHINE2_NAME")]);
    const texts = await Promise.all(
      ["/machines?limit=500", "/machines?search=press", "/tunnels", "/history?limit=500", "/me"].map(async (path) => {
        const answer = await caller.get(`/api/v1${path}`, as());
        expect(answer.status).toBe(200);
        return answer.text;
      }),
    );
    expect((await caller.post("/api/v1/logout", {}, as())).status).toBe(200);
    const told = (await events.ended).text;
    const hers = new RegExp([annas.machine, annas.intent, annas.tunnel, "press-1", "press-2", "anna"].join("|"));
    for (const text of [...texts, told]) expect(text).not.toMatch(hers);
    expect(told).toContain("signedOut");
    // The token is worth nothing now, at once.
    expect((await caller.get("/api/v1/me", as())).status).toBe(401);
    await expectAnnaUntouched();
  });
});

test("without a session every route but the public ones is closed, and a router's is closed to people", async () => {
  const { machine, intent } = annas;
  const routes: readonly (readonly [string, string])[] = [
    ["POST", "/logout"],
    ["GET", "/me"],
    ["GET", "/machines"],
    ["GET", `/machines/${machine}`],
    ["POST", "/tickets"],
    ["GET", "/tunnels"],
    ["POST", `/machines/${machine}/connect`],
    ["POST", `/machines/${machine}/disconnect`],
    ["GET", `/intents/${intent}`],
    ["PUT", `/intents/${intent}/state`],
    ["GET", "/events"],
    ["GET", "/history"],
    ["POST", "/router/tickets"],
  ];
  const forged = ["", "Bearer x", "Bearer null", "Basic YW5uYTp4", `Bearer ${annas.tunnel}`];
  for (const [method, path] of routes) {
    for (const authorization of forged) {
      const body = method === "GET" ? undefined : {};
      const answer = await caller.send(method, `/api/v1${path}`, body, authorization === "" ? {} : { authorization });
      expect([method, path, authorization, answer.status, causeOf(answer)]).toEqual([
        ...[method, path, authorization],
        ...[401, "signedOut"],
      ]);
    }
  }
});

describe("ben's tunnel, with root on his laptop", () => {
  let gateway: string;
  let own: string;

  beforeAll(async () => {
    await ben.signIn();
    const slice = await ben.dial();
    gateway = slice.gateway;
    own = slice.address;
    const network = lab.variable("MACHINE1_REMOTE_NETWORK");
    await lab.output("laptop2", ["ip", "route", "add", network, "via", gateway, "dev", "anslut0"]);
  });

  /** What the network answers to one packet from there. */
  async function ping(words: readonly string[]): Promise<string> {
    return (await lab.exec("laptop2", ["ping", "-n", "-c", "1", "-W", "2", ...words])).stdout;
  }

  async function tcp(address: string, port: number): Promise<string> {
    const call = ["socat", "-u", "/dev/null", `TCP4:${address}:${port},connect-timeout=3`];
    const { code, stderr } = await lab.exec("laptop2", call);
    return code === 0 ? "open" : (stderr.trim().split(": ").at(-1) ?? "");
  }

  test("to a machine without a right: administratively prohibited, and no packet comes there", async () => {
    const came = await packetsAtPlc(async () => {
      expect(await ping([plc()])).toContain("Packet filtered");
      expect(await tcp(plc(), 502)).toBe("No route to host");
    });
    expect(came).toBe(0);
  });

  test("to the other technician: nothing, by any protocol", async () => {
    expect(await ping([annas.address])).not.toContain("bytes from");
    expect(await tcp(annas.address, 22)).not.toMatch(/open|refused/);
    await expectAnnaUntouched();
  });

  test("to the portal's own services behind the tunnel: the echo's address has no other port", async () => {
    const links = ["169.254.64.1", "169.254.65.0", "169.254.65.1"];
    for (const address of links) {
      await lab.output("laptop2", ["ip", "route", "add", `${address}/32`, "via", gateway, "dev", "anslut0"]);
    }
    const ports = [22, 53, 67, 80, 443, 1194, 10_000, 10_001];
    const places = [gateway, ...links].flatMap((address) => ports.map((port) => ({ address, port })));
    const answers = await Promise.all(places.map(({ address, port }) => tcp(address, port)));
    expect(places.filter((_, index) => answers[index] === "open")).toEqual([]);
    expect(await Promise.all(links.map((address) => ping([address])))).not.toContainEqual(
      expect.stringContaining("bytes from"),
    );
  });

  test("with a spoofed MAC, address, or both, with ARP in the other's or the gateway's name: dropped at the portal", async () => {
    const mac = async (host: "laptop" | "laptop2", words: readonly string[]) =>
      /[0-9a-f]{2}(:[0-9a-f]{2}){5}/.exec(await lab.output(host, ["ip", ...words, "dev", "anslut0"]))?.[0] ?? "";
    const annasMac = await mac("laptop", ["link", "show"]);
    const annasGateway = await mac("laptop", ["neigh", "show"]);
    const ownMac = await mac("laptop2", ["link", "show"]);
    const portal = await mac("laptop2", ["neigh", "show", gateway]);
    expect(new Set([annasMac, ownMac, portal]).size).toBe(3);

    const frame = ["nping", "--quiet", "-c", "5", "--rate", "100", "-e", "anslut0", "--send-eth", "--dest-mac", portal];
    const syn = ["--tcp", "-p", "502", "--flags", "syn", plc()];
    const reply = ["--arp", "--arp-type", "ARP-reply", "--arp-target-mac", portal, "--arp-target-ip", gateway];
    const attacks: readonly (readonly string[])[] = [
      ["--source-mac", ownMac, "-S", annas.address, ...syn],
      ["--source-mac", annasMac, "-S", own, ...syn],
      ["--source-mac", annasMac, "-S", annas.address, ...syn],
      ["--source-mac", portal, "-S", gateway, ...syn],
      ["--source-mac", ownMac, ...reply, "--arp-sender-mac", ownMac, "--arp-sender-ip", annas.address, gateway],
      ["--source-mac", ownMac, ...reply, "--arp-sender-mac", annasMac, "--arp-sender-ip", own, gateway],
      ["--source-mac", ownMac, ...reply, "--arp-sender-mac", ownMac, "--arp-sender-ip", gateway, annas.address],
    ];
    for (const attack of attacks) {
      const before = await droppedAtPortal();
      const came = await packetsAtPlc(() => lab.output("laptop2", [...frame, ...attack]));
      expect([attack, came]).toEqual([attack, 0]);
      // It is no proof that nothing came if nothing was sent: the portal has counted what it dropped.
      await expect.poll(droppedAtPortal, { timeout: 20_000 }).toBeGreaterThanOrEqual(before + 5);
    }
    expect(await mac("laptop", ["neigh", "show"])).toBe(annasGateway);
    await expectAnnaUntouched();
  });

  test("with a right on one port of one address: that one, and nothing beside it; withdrawn, not even that", async () => {
    const machine = lab.variable("MACHINE1_NAME");
    const grant = ["/opt/anslut/bin/anslut-portal", "grant"];
    const port = ["--destination", "192.168.0.10", "--protocol", "tcp", "--ports", "502", "--json"];
    const { id } = JSON.parse(await lab.output("portal", [...grant, "add", "acme", "ben", machine, ...port])) as {
      readonly id: string;
    };
    await lab.output("laptop2", ["ip", "route", "del", lab.variable("MACHINE1_REMOTE_NETWORK")]);
    await ben.must(["connect", machine]);
    expect(await readRegister(lab, "laptop2", plc(), 1)).toBe(register());
    const seen = await seenByPlc("icmp or tcp port 80", async () => {
      expect(await tcp(plc(), 80)).toBe("No route to host");
      expect(await tcp(lab.variable("MACHINE1_REMOTE_HMI"), 80)).toBe("No route to host");
      expect(await ping([plc()])).toContain("Packet filtered");
    });
    expect(seen).not.toContain(own);
    await lab.output("portal", [...grant, "remove", "acme", id]);
    await lab.exec("laptop2", [
      "ip",
      "route",
      "add",
      lab.variable("MACHINE1_REMOTE_NETWORK"),
      "via",
      gateway,
      "dev",
      "anslut0",
    ]);
    await expect.poll(() => tcp(plc(), 502), { timeout: 20_000 }).toBe("No route to host");
    await expectAnnaUntouched();
  });

  test("with the other's MAC at the DHCP server: no lease", async () => {
    const link = await lab.output("laptop", ["ip", "link", "show", "dev", "anslut0"]);
    const annasMac = /link\/ether (\S+)/.exec(link)?.[1] ?? "";
    await lab.output("laptop2", ["ip", "link", "set", "anslut0", "address", annasMac]);
    const words = [
      "udhcpc",
      "-i",
      "anslut0",
      "-n",
      "-q",
      "-f",
      "-t",
      "3",
      "-T",
      "1",
      "-s",
      "/bin/true",
      "-V",
      "anslut-1",
    ];
    expect((await lab.exec("laptop2", words)).code).not.toBe(0);
    await ben.say(["hang-up"]);
    await expectAnnaUntouched();
  });

  /** What comes to the PLC of that kind while it is attacked; a ping of anna's, who may, is the last. */
  async function seenByPlc(filter: string, attack: () => Promise<unknown>): Promise<string> {
    const capture = lab.spawn("plc1", ["tcpdump", "-i", "eth0", "-n", "-l", "--immediate-mode", filter]);
    let seen = "";
    capture.stdout.on("data", (data: Buffer) => {
      seen += data.toString();
    });
    await capture.line(/listening on/);
    await attack();
    const last = capture.line(new RegExp(`${annas.address.replaceAll(".", "\\.")} > `));
    await lab.output("laptop", ["ping", "-n", "-c", "1", "-W", "5", plc()]);
    await last;
    await capture.kill();
    return seen;
  }

  /** What the layer-2 guards of all accounts have dropped so far. */
  async function droppedAtPortal(): Promise<number> {
    const script = "for name in $(ip netns list | cut -d' ' -f1); do ip netns exec $name nft list ruleset; done";
    const rules = await lab.output("portal", ["sh", "-c", script]);
    return [...rules.matchAll(/counter packets (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  }
});

describe("carl's tunnel, of another account, with root on his laptop", () => {
  test("does not lead to the first account's machines, routers or people", async () => {
    await ben.must(["logout"]);
    await carl.signIn();
    const { gateway } = await carl.dial();
    const came = await packetsAtPlc(async () => {
      for (const address of [plc(), annas.address, lab.variable("MACHINE2_REMOTE_PLC")]) {
        await lab.output("laptop2", ["ip", "route", "replace", `${address}/32`, "via", gateway, "dev", "anslut0"]);
        const call = ["socat", "-u", "/dev/null", `TCP4:${address}:502,connect-timeout=3`];
        expect([address, (await lab.exec("laptop2", call)).code]).toEqual([address, 1]);
        const { stdout } = await lab.exec("laptop2", ["ping", "-n", "-c", "1", "-W", "2", address]);
        expect(stdout).not.toContain("bytes from");
      }
    });
    expect(came).toBe(0);
    await expectAnnaUntouched();
  });
});
