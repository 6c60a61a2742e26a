import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Connect } from "../../contract/helper.ts";
import type { Lab } from "../lab/lab.ts";
import { openLab } from "../lab/open.ts";
import { addressOf } from "../lab/topology.ts";
import { advisories, mark } from "./advisories.ts";
import { HelperCaller, routesOf, statusOf } from "./helper-caller.ts";
import { HostileServer } from "./hostile-server.ts";
import { Laptop } from "./laptop.ts";
import { Person } from "./person.ts";

// Attacker: a program on the technician's own laptop, of another user (`visitor`) or of the same one (`tech`), with the helper's
// and the agent's sockets in front of it.

let lab: Lab;
let laptop: Laptop;
let server: HostileServer;
let anna: Person;
let before: string;

beforeAll(async () => {
  lab = await openLab({ stands: "product" });
  laptop = new Laptop(lab, "laptop");
  server = new HostileServer(lab);
  anna = new Person(lab, "anna", "laptop", "tech");
  before = await laptop.bearings();
  // What an injected directive, script, plugin or path would run or read.
  const plant = `mkdir -p /tmp/evil && for name in run openvpn ip anslut-helper sh; do
    printf '#!/bin/sh\\ntouch ${mark}\\n' > /tmp/evil/$name; done; chmod -R 777 /tmp/evil; cp /tmp/evil/run /tmp/evil/evil.ovpn`;
  await lab.output("laptop", ["sh", "-c", plant], { user: "visitor" });
});

afterAll(async () => {
  await server.close();
  await lab.close();
});

/** Sends texts or messages behind a hello (or without), and gives the helper's last word before it hung up. */
async function attack(user: string, messages: readonly unknown[], greets = true) {
  const caller = new HelperCaller(lab, "laptop", user);
  if (greets) await caller.hello();
  for (const message of messages) {
    if (message instanceof Buffer) caller.write(message);
    else if (typeof message !== "string") caller.frame(message);
    else if (message.startsWith("{")) caller.write(framed(message));
    else caller.write(message);
  }
  return await caller.ended();
}

function framed(text: string): Buffer {
  const body = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

async function expectNothingHappened(): Promise<void> {
  expect((await lab.exec("laptop", ["test", "-e", mark])).code).toBe(1);
  expect(await laptop.leftovers()).toEqual([]);
  expect(await laptop.bearings()).toBe(before);
}

const refusal = { type: "refusal", id: 0, cause: "badRequest" };

describe.each(["visitor", "tech"])("a hostile process of %s on the helper's socket", (user) => {
  test.each(advisories)("attacks as in $name ($flaw): refused, nothing started, nothing written", async (advisory) => {
    const good: Connect = { ...server.connect(), id: 1 };
    for (const request of advisory.requests(good)) {
      // A ticket whose texts fit the wire is judged when it is read; either way it is a refusal and nothing runs.
      const caller = new HelperCaller(lab, "laptop", user);
      await caller.hello();
      if (typeof request !== "string") caller.frame(request);
      else caller.write(request.startsWith("{") ? framed(request) : request);
      const answer = await caller.await((message) => (message.type === "refusal" ? message : undefined));
      expect([request, answer.cause]).toEqual([request, "badRequest"]);
      await caller.close();
    }
    await expectNothingHappened();
  });
});

describe("a hostile local user on the helper's socket", () => {
  test("without a hello, with an unknown verb, an unknown field, a foreign type or nesting without end is hung up on", async () => {
    const deep = `{"type":"status","id":1,"x":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
    expect(await attack("visitor", [{ type: "status", id: 1 }], false)).toMatchObject(refusal);
    const asked: readonly unknown[] = [
      { type: "quit", id: 1 },
      { type: "status", id: 1, uid: 0 },
      { type: "status" },
      { type: "status", id: -1 },
      { type: "logs", id: 1, lines: 1e9 },
      { type: "setRoutes", id: 1, networks: ["0.0.0.0/0; reboot"] },
      { type: "setRoutes", id: 1, networks: [["10.0.0.0/8"]] },
      [],
      null,
      deep,
    ];
    for (const message of asked) expect(await attack("visitor", [message])).toMatchObject(refusal);
    await expectNothingHappened();
  });

  test("with an over-long frame is refused before it has sent it, with a slow one within seconds", async () => {
    expect(await attack("visitor", [Buffer.of(0xff, 0xff, 0xff, 0xff)])).toMatchObject(refusal);
    expect(await attack("visitor", [Buffer.alloc(4)])).toMatchObject(refusal);
    const started = performance.now();
    expect(await attack("visitor", [Buffer.from("\0\0\x10\0{")])).toMatchObject(refusal);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test("with many connections keeps himself out, and nobody else", async () => {
    const many = Array.from({ length: 12 }, () => new HelperCaller(lab, "laptop", "visitor"));
    const welcomes = await Promise.allSettled(many.map((caller) => caller.hello()));
    expect(welcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(8);
    const tech = new HelperCaller(lab, "laptop", "tech");
    expect((await tech.hello()).tunnel).toBe("none");
    for (const caller of [...many, tech]) await caller.close();
  });

  test("who only prepares to dial keeps nobody from preparing to dial for long, and leaves nothing behind", async () => {
    const ways = [{ host: addressOf("portal"), port: 443, proxy: null, wrap: null }];
    const visitor = new HelperCaller(lab, "laptop", "visitor");
    await visitor.hello();
    expect(await visitor.ask({ type: "prepare", ways })).toMatchObject({ type: "reply" });
    expect(await laptop.vpnProcesses()).toHaveLength(1);
    const tech = new HelperCaller(lab, "laptop", "tech");
    await tech.hello();
    expect(await tech.ask({ type: "prepare", ways })).toMatchObject({ cause: "busy" });
    // What he prepared is not what the technician dials with, and does not stand in the way of it.
    const dialling = tech.ask(server.connect());
    await tech.event("log");
    expect(await visitor.ask({ type: "disconnect" })).toMatchObject({ cause: "busy" });
    await visitor.close();
    expect(await tech.ask({ type: "disconnect" })).toMatchObject({ type: "reply" });
    expect(await dialling).toMatchObject({ cause: "cancelled" });
    await tech.close();
    await expectNothingHappened();
  });

  test("cannot plant, remove or read anything where helper and administrator keep their files", async () => {
    const commands = [
      "rm -f /run/anslut/helper.sock",
      "mv /run/anslut/helper.sock /tmp/evil/",
      "ln -s /tmp/evil/run /run/anslut/openvpn",
      "ls /run/anslut/openvpn",
      "ls /var/lib/anslut",
      "ln -s /etc/passwd /var/lib/anslut/journal.json.next",
      "echo '{}' > /var/lib/anslut/journal.json",
      "mkdir -p /etc/anslut && echo '{}' > /etc/anslut/policy.json",
      "/opt/anslut/anslut-helper serve",
      "/opt/anslut/anslut-helper --cleanup",
    ];
    for (const command of commands) {
      const { code } = await lab.exec("laptop", ["sh", "-c", `{ ${command}; } 2>/dev/null`], { user: "visitor" });
      expect([command, code === 0]).toEqual([command, false]);
    }
    await expectNothingHappened();
  });
});

describe("a policy that somebody else than root could have written", () => {
  const policy = "/etc/anslut/policy.json";
  test.each([
    ["a file of the visitor's", `echo '{}' > ${policy} && chown visitor ${policy}`],
    ["a file that all may write", `echo '{}' > ${policy} && chmod 666 ${policy}`],
    ["a symbolic link", `ln -s /tmp/evil/policy.json ${policy}`],
    ["a directory that all may write", `echo '{}' > ${policy} && chmod 777 /etc/anslut`],
  ])("(%s) allows nothing at all", async (_, plant) => {
    await lab.output("laptop", ["sh", "-c", `mkdir -p /etc/anslut && ${plant}`]);
    const caller = new HelperCaller(lab, "laptop", "tech");
    await caller.hello();
    expect(await caller.ask(server.connect())).toMatchObject({ type: "refusal", cause: "policyForbids" });
    await caller.close();
    await lab.output("laptop", ["sh", "-c", `rm -f ${policy} && chmod 755 /etc/anslut`]);
    await expectNothingHappened();
  });
});

describe("while the technician's tunnel is up", () => {
  beforeAll(async () => {
    await anna.addPortal();
    await anna.signIn();
    await anna.dial();
    await anna.must(["connect", lab.variable("MACHINE1_NAME")]);
  });

  test("another user's program learns and changes nothing of it: busy, whatever it asks", async () => {
    const routes = await laptop.tunnelRoutes();
    const visitor = new HelperCaller(lab, "laptop", "visitor");
    expect((await visitor.hello()).tunnel).toBe("foreign");
    const foreign = { type: "refusal", cause: "busy" };
    expect(await visitor.ask({ type: "resume" })).toMatchObject(foreign);
    expect(await visitor.ask({ type: "disconnect" })).toMatchObject(foreign);
    expect(await visitor.ask({ type: "setRoutes", networks: [] })).toMatchObject(foreign);
    expect(await visitor.ask({ type: "changeRoutes", revision: 1, add: [], remove: [] })).toMatchObject(foreign);
    expect(await visitor.ask({ type: "prepare", ways: server.connect().ways })).toMatchObject(foreign);
    expect(await visitor.ask(server.connect())).toMatchObject(foreign);
    expect(statusOf(await visitor.ask({ type: "status" })).tunnel).toBeNull();
    const logs = JSON.stringify(await visitor.ask({ type: "logs", lines: 2000 }));
    expect(logs.replaceAll("dial for ticket T-evil", "")).not.toMatch(/dial for ticket|OpenVPN:|way \d|6201/);
    await visitor.close();
    expect(await laptop.tunnelRoutes()).toEqual(routes);
    expect(await anna.must(["status"])).toMatchObject({ session: { state: "ready" } });
  });

  test("a program of the same user gains what is boring: it may route what the rules accept, and end the tunnel", async () => {
    const twin = new HelperCaller(lab, "laptop", "tech");
    expect((await twin.hello()).tunnel).toBe("own");
    expect(await twin.ask({ type: "setRoutes", networks: ["192.168.77.0/24"] })).toMatchObject({ cause: "busy" });
    expect(await twin.ask({ type: "resume" })).toMatchObject({ type: "reply" });
    const asked = [
      "0.0.0.0/0",
      `${addressOf("portal")}/32`,
      "192.168.178.0/24",
      lab.variable("MACHINE1_REMOTE_NETWORK"),
    ];
    const results = routesOf(await twin.ask({ type: "setRoutes", networks: asked }));
    expect(results.map(({ state }) => state)).toEqual(["refused", "refused", "refused", "set"]);
    expect(await laptop.deviceTo("8.8.8.8")).toBe("eth0");
    await twin.close();
  });

  test("nothing of ours listens on TCP or UDP, and OpenVPN has no environment, no rights and no argument from outside (CVE-2021-33527, Private Internet Access)", async () => {
    const sockets = await lab.output("laptop", ["ss", "-H", "-lntup"]);
    expect(sockets.split("\n").filter((line) => /openvpn|anslut|node/.test(line))).toEqual([]);
    const openvpn = (await laptop.vpnProcesses()).find((line) => line.includes("openvpn"));
    expect(openvpn).toMatch(/^\d+ \/usr\/sbin\/openvpn --config stdin$/);
    const pid = Number.parseInt(openvpn ?? "", 10);
    const proc = await lab.output("laptop", ["cat", `/proc/${pid}/status`]);
    expect(proc).toMatch(/^CapEff:\s+0+$/m);
    expect(proc).toMatch(/^CapPrm:\s+0+$/m);
    expect(proc).toMatch(/^NoNewPrivs:\s+1$/m);
    expect(await lab.output("laptop", ["cat", `/proc/${pid}/environ`])).toBe("");
    expect((await lab.exec("laptop", ["cat", `/proc/${pid}/environ`], { user: "visitor" })).code).not.toBe(0);
  });

  test("another user's program comes not even to the agent's socket, and without the key the same user's own does not get a word in", async () => {
    const socket = "/run/user/6201/anslut/agent.sock";
    const call = ["sh", "-c", `printf x | socat -t 1 - UNIX-CONNECT:${socket}`];
    const { code, stderr } = await lab.exec("laptop", call, { user: "visitor" });
    expect([code === 0, stderr]).toEqual([false, expect.stringContaining("Permission denied")]);

    const hello = framed(JSON.stringify({ type: "hello", protocol: 1, nonce: "0".repeat(64), face: "cli" }));
    const prove = framed(JSON.stringify({ type: "prove", proof: "0".repeat(64) }));
    const quit = framed(JSON.stringify({ type: "quit", id: 1 }));
    const attempts = [
      Buffer.concat([hello, prove, quit]), // a wrong proof
      Buffer.concat([hello, quit]), // none
      quit, // no greeting
      Buffer.of(0x7f, 0xff, 0xff, 0xff),
      Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ];
    for (const input of attempts) {
      const said = await lab.output("laptop", ["socat", "-t", "5", "-", `UNIX-CONNECT:${socket}`], {
        user: "tech",
        input,
      });
      expect(said).toContain('"refusal","id":0');
      expect(said).not.toMatch(/"state"|"reply"/);
    }
  });
});

describe("the agent's directory", () => {
  test.each([
    ["of another user", "mkdir -p /tmp/planted/anslut && chmod -R 777 /tmp/planted"],
    [
      "that is a symbolic link",
      "mkdir -p /tmp/planted /tmp/evil/run-dir && chmod 777 /tmp/planted /tmp/evil/run-dir && ln -s /tmp/evil/run-dir /tmp/planted/anslut",
    ],
  ])("%s is not used: neither socket nor key is put there", async (_, plant) => {
    await lab.output("laptop2", ["sh", "-c", `rm -rf /tmp/planted; mkdir -p /tmp/evil; ${plant}`], { user: "visitor" });
    const mallory = new Person(lab, "ben", "laptop2", "tech2");
    const { code } = await mallory.say(["status"], "", { XDG_RUNTIME_DIR: "/tmp/planted" });
    expect(code).not.toBe(0);
    expect(await lab.output("laptop2", ["find", "/tmp/planted/", "/tmp/evil", "-name", "agent*"])).toBe("");
  });

  test("and environment cannot make the agent trust another authority, load a module or take a helper from PATH", async () => {
    const env = {
      NODE_OPTIONS: "--require=/tmp/own/evil.cjs",
      NODE_EXTRA_CA_CERTS: "/tmp/own/ca.pem",
      NODE_TLS_REJECT_UNAUTHORIZED: "0",
      PATH: "/tmp/own:/usr/bin:/bin",
    };
    const evil = `mkdir -p /tmp/own && echo 'require("fs").writeFileSync("${mark}", "")' > /tmp/own/evil.cjs`;
    await lab.output("laptop2", ["sh", "-c", evil], { user: "tech2" });
    const mallory = new Person(lab, "ben", "laptop2", "tech2");
    // Nobody vouches for the portal's own authority, whatever the environment says.
    const { value } = await mallory.say(["portal", "add", lab.variable("PORTAL_HOST")], "", env);
    expect(value).toHaveProperty("error");
    expect((await lab.exec("laptop2", ["test", "-e", mark])).code).toBe(1);
  });
});
