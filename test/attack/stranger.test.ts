import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RouterTicket } from "../../contract/portal.ts";
import type { Lab } from "../lab/lab.ts";
import { openLab } from "../lab/open.ts";
import { addressOf } from "../lab/topology.ts";
import { HelperCaller } from "./helper-caller.ts";
import { type Answer, causeOf, HttpsCaller, loginOf } from "./https-caller.ts";
import { Person } from "./person.ts";
import { RawCaller } from "./raw-caller.ts";

// Attacker: somebody on the internet (`stranger`) who knows the portal's address, maybe names, maybe what came by on the way.
// Victim: `anna`, who signed in at the office before.

let lab: Lab;
let anna: Person;
let raw: RawCaller;
let stranger: HttpsCaller;
let office: HttpsCaller;
/** The first packet of anna's tunnel, as somebody on the way saw it. */
let firstPacket: Buffer;

beforeAll(async () => {
  lab = await openLab({ stands: "product" });
  anna = new Person(lab, "anna", "laptop", "tech");
  raw = new RawCaller(lab, "stranger");
  stranger = new HttpsCaller(lab, "stranger");
  office = new HttpsCaller(lab, "laptop2");
  await anna.addPortal();
  await anna.signIn();
});

afterAll(async () => {
  for (const caller of [raw, stranger, office]) await caller.close();
  await lab.close();
});

/** Listens in the middle of the internet for a first packet to 1194: a length of 256 and more, then the opcode. */
async function eavesdrop(): Promise<{ readonly heard: Promise<Buffer> }> {
  const payload = "((tcp[12:1] & 0xf0) >> 2)";
  const filter = `tcp dst port 1194 and tcp[${payload}:1] = 1 and tcp[${payload} + 2:1] = 0x50`;
  const argv = ["tcpdump", "-i", "portal", "-n", "-U", "--immediate-mode", "-c", "1", "-w", "-", filter];
  const capture = lab.spawn("internet", argv);
  const parts: Buffer[] = [];
  capture.stdout.on("data", (data: Buffer) => parts.push(data));
  await new Promise<void>((resolve) => capture.stderr.once("data", () => resolve()));
  return { heard: capture.exited.then(() => payloadOf(Buffer.concat(parts))) };
}

/** The TCP payload of the first packet in a capture file (pcap: 24 and 16 bytes of headers, then Ethernet). */
function payloadOf(capture: Buffer): Buffer {
  const packet = capture.subarray(24 + 16 + 14);
  const tcp = packet.subarray(((packet[0] ?? 0) & 15) * 4, packet.readUInt16BE(2));
  return tcp.subarray(((tcp[12] ?? 0) >> 4) * 4);
}

describe("front, called by a stranger", () => {
  test("with bytes that are no tunnel and no TLS: closed without a byte of an answer, at each port", async () => {
    const noise = [
      Buffer.from("GET / HTTP/1.1\r\nHost: portal\r\n\r\n"),
      Buffer.from("SSH-2.0-OpenSSH_9.9\r\n"),
      Buffer.of(0xff, 0xff, 0xff, 0xff),
      Buffer.of(0, 0),
      // OpenVPN's older first packet, and one whose wrapped key is random
      Buffer.concat([Buffer.of(0x00, 0x0e, 0x38), randomBytes(13)]),
      Buffer.concat([Buffer.of(0x01, 0x7a, 0x50), randomBytes(375), Buffer.of(0x01, 0x44)]),
      Buffer.concat([Buffer.of(0x01), randomBytes(5000)]),
      ...Array.from({ length: 8 }, () =>
        Buffer.concat([Buffer.of(1 + Math.floor(Math.random() * 3)), randomBytes(600)]),
      ),
    ];
    const told = await Promise.all([1194, 443, 80].flatMap((port) => noise.map((bytes) => raw.send(port, bytes))));
    expect(told.filter(({ received }) => received > 0)).toEqual([]);
  });

  test("half-open, with nothing, one byte, or an opening that never becomes whole: closed within seconds", async () => {
    const begun = [
      Buffer.alloc(0),
      Buffer.of(1),
      Buffer.of(1, 0x6f, 0x50),
      Buffer.of(0x16),
      Buffer.of(0x16, 3, 1, 2, 0, 1),
    ];
    const told = await Promise.all(begun.map((bytes) => raw.send(443, bytes)));
    expect(told.filter(({ received, ms }) => received > 0 || ms > 15_000)).toEqual([]);
  });

  test("with 2,000 idle connections, opened again whenever they are closed: a technician dials all the same", async () => {
    const flood = lab.spawn("stranger", [
      "node",
      "/opt/repo/test/attack/probe/flood.ts",
      addressOf("portal"),
      "1194",
      "2000",
    ]);
    await flood.line(/^ready$/);
    const eavesdropper = await eavesdrop();
    await anna.dial();
    firstPacket = await eavesdropper.heard;
    expect(await anna.must(["status"])).toMatchObject({ session: { state: "ready" } });
    expect((await office.get("/api/v1/about")).status).toBe(200);
    await flood.kill();
  });

  test("with a first packet that he saw go by: no answer, and neither the living tunnel nor its ticket suffers", async () => {
    const ports = [1194, 443, 80, 1194, 443, 80, 1194, 443, 80, 1194];
    const again = await Promise.all(ports.map((port) => raw.send(port, firstPacket)));
    expect(again.filter(({ received, ms }) => received > 0 || ms > 15_000)).toEqual([]);
    expect(await anna.must(["status"])).toMatchObject({ session: { state: "ready" } });
    await anna.must(["hang-up"]);
    const after = await Promise.all(ports.map((port) => raw.send(port, firstPacket)));
    expect(after.filter(({ received, ms }) => received > 0 || ms > 15_000)).toEqual([]);
    await anna.dial();
    await anna.must(["hang-up"]);
  });
});

describe("signing in, tried by a stranger", () => {
  const tries = 16;

  /** What everything but the password's being right has in common. */
  function outside({ status, headers, text }: Answer): string {
    return JSON.stringify({ status, text, headers: { ...headers, date: "" } });
  }

  const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

  test("tells by neither answer nor time whether an account, a user or a disabled user exists", async () => {
    await lab.output("portal", ["/opt/anslut/bin/anslut-portal", "user", "disable", "globex", "dora"]);
    const wrong = {
      account: loginOf("nobody", "anna", "wrong password"),
      user: loginOf("acme", "nobody", "wrong password"),
      password: loginOf("acme", "anna", "wrong password"),
      disabled: loginOf("globex", "dora", lab.variable("DORA_PASSWORD")),
      injected: loginOf("acme' OR '1'='1", "anna'--", "x"),
    };
    const answers = new Set<string>();
    const times = new Map<string, number[]>(Object.keys(wrong).map((name) => [name, []]));
    // One after the other and in turn, so that what else the machine does hits all alike.
    for (let round = 0; round < tries; round += 1) {
      for (const [name, login] of Object.entries(wrong)) {
        const answer = await stranger.post("/api/v1/login", login);
        answers.add(outside(answer));
        times.get(name)?.push(answer.ms);
      }
    }
    expect([...answers]).toEqual([expect.stringContaining('"status":401')]);
    expect([...answers][0]).toContain("credentialsRefused");
    const all = median([...times.values()].flat());
    for (const [name, each] of times) {
      // argon2 takes tens of milliseconds; who leaves it out is far away from the others.
      expect([name, Math.abs(median(each) - all) < Math.max(25, all * 0.5)]).toEqual([name, true]);
    }
  });

  test("by force locks himself out, without a word of it, and not the person: she signs in where she is known", async () => {
    const guesses = Array.from({ length: 60 }, (_, index) => loginOf("acme", "anna", `guess number ${index}`));
    for (let at = 0; at < guesses.length; at += 12) {
      await Promise.all(guesses.slice(at, at + 12).map((guess) => stranger.post("/api/v1/login", guess)));
    }
    const right = loginOf("acme", "anna", anna.variable("PASSWORD"));
    const locked = await stranger.post("/api/v1/login", right);
    const usual = await stranger.post("/api/v1/login", loginOf("acme", "nobody", "wrong password"));
    expect(outside(locked)).toBe(outside(usual));
    const known = await office.post("/api/v1/login", right);
    expect([known.status, JSON.parse(known.text)]).toEqual([200, expect.objectContaining({ next: "secondFactor" })]);
  });

  test("with the right password guesses no second factor: five tries in all, wherever they come from", async () => {
    const first = await office.post("/api/v1/login", loginOf("acme", "ben", lab.variable("BEN_PASSWORD")));
    const { pending } = JSON.parse(first.text) as { readonly pending: string };
    const causes: string[] = [];
    for (let index = 0; index < 6; index += 1) {
      const from = index % 2 === 0 ? stranger : office;
      const answer = await from.post("/api/v1/login/code", { pending, code: `00000${index}` });
      expect(answer.status).toBe(401);
      causes.push(causeOf(answer));
    }
    expect(causes).toEqual([...Array.from({ length: 5 }, () => "codeRefused"), "loginExpired"]);
    const guessed = await stranger.post("/api/v1/login/code", {
      pending: randomBytes(32).toString("base64url"),
      code: "1",
    });
    expect(causeOf(guessed)).toBe("loginExpired");
  });
});

describe("a router's identity", () => {
  const enrol = (machine: string, account: string) =>
    lab.output("portal", ["/opt/anslut/bin/anslut-portal", "enrol", account, machine, "--json"]);

  function enrolment(serial: string, token: string, key: KeyObject, signer = key): unknown {
    const publicKey = createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
    return { serial, token, publicKey, proof: sign("sha256", Buffer.from(token), signer).toString("base64") };
  }

  test("is given to nobody by another's serial, a guessed or used token, or a key that is not his", async () => {
    const { serial, token } = JSON.parse(await enrol("saw-9", "globex")) as {
      readonly serial: string;
      readonly token: string;
    };
    const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
    const wrong = [
      enrolment(lab.variable("MACHINE1_SERIAL"), token, key),
      enrolment(serial, randomBytes(32).toString("base64url"), key),
      enrolment(serial, token, key, other),
      enrolment(serial, token, rsa),
    ];
    const refused = [];
    for (const body of wrong) refused.push(await office.post("/api/v1/enrolments", body));
    expect((await office.post("/api/v1/enrolments", enrolment(serial, token, key))).status).toBe(200);
    refused.push(await office.post("/api/v1/enrolments", enrolment(serial, token, other)));
    const said = refused.map(({ status, text }) => `${status} ${text}`);
    expect(said).toEqual([...wrong, null].map(() => '401 {"cause":"enrolmentRefused","detail":""}'));
  });

  test("is not the certificate alone, nor a ticket with another router's certificate, nor a ticket without one", async () => {
    const [first, second] = (await Promise.all(
      (["router1", "router2"] as const).map(async (host) =>
        JSON.parse(await lab.output(host, ["cat", "/var/lib/anslut-router/credentials.json"])),
      ),
    )) as readonly { readonly certificate: string; readonly privateKey: string; readonly password: string }[];
    expect((await stranger.post("/api/v1/router/tickets", { version: "x" })).status).toBe(401);

    const identities = [first!, null, second!].map(
      (of) => of && { certificate: of.certificate, privateKey: of.privateKey },
    );
    const answers: string[] = [];
    for (const identity of identities) {
      const bearer = { authorization: `Bearer ${second!.password}` };
      const answer = await stranger.post("/api/v1/router/tickets", { version: "x" }, bearer);
      expect(answer.status).toBe(200);
      const { ticket } = JSON.parse(answer.text) as RouterTicket;
      const thief = new HelperCaller(lab, "laptop2", "tech2");
      await thief.hello();
      const said = await thief.ask({
        type: "connect",
        ticket: ticket.id,
        ways: ticket.endpoints.map(({ port }) => ({ host: addressOf("portal"), port, proxy: null, wrap: null })),
        server: ticket.server,
        credentials: ticket.credentials,
        identity,
        addressing: { kind: "pushed", slices: ticket.slices },
      });
      answers.push(said.type);
      await thief.ask({ type: "disconnect" });
      await thief.close();
    }
    // With the router's own certificate the very same comes through: the certificate was what was missing.
    expect(answers).toEqual(["refusal", "refusal", "reply"]);
  });
});
