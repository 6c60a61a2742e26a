import { createSign, generateKeyPairSync, X509Certificate } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeEnrolled } from "../../contract/portal.ts";
import type { Account } from "./store/accounts.ts";
import { addressAt } from "./store/addresses.ts";
import { inviteRouter } from "./store/enrolments.ts";
import type { Machine } from "./store/machines.ts";
import { setStandIn } from "./store/networks.ts";
import { fingerprintOf } from "./store/pins.ts";
import { TestClient } from "./testing/client.ts";
import { admit, askRouterTicket, authorise, dial } from "./testing/dial.ts";
import type { FramePeer } from "./testing/frames.ts";
import { addGrantedMachine } from "./testing/people.ts";
import { TestPortal } from "./testing/portal.ts";
import { enrolledRouter, enrolment } from "./testing/router.ts";

const dayMs = 86_400_000;

describe("a router", () => {
  let portal: TestPortal;
  let account: Account;
  let machine: Machine;
  let stranger: TestClient;
  beforeEach(async () => {
    portal = await TestPortal.start();
    account = await portal.addAccount("Nordwerk");
    machine = await addGrantedMachine(portal, "Nordwerk", "M-17", "192.168.0.0/24", []);
    stranger = new TestClient(portal);
  });
  afterEach(() => portal.stop());
  const invite = async () => (await inviteRouter(portal.admin, "Nordwerk", "M-17")).token;
  const enrol = (body: unknown, from = stranger) => from.post("/enrolments", body);
  const as = (password: string) => stranger.with({ authorization: `Bearer ${password}` });

  it("enrols with serial and one-time token; its name in the certificate is ours to set", async () => {
    const token = await invite();
    const { body } = await enrol(enrolment("SN-M-17", token));
    const enrolled = decodeEnrolled(body);
    expect(enrolled.machine).toBe(machine.id);
    const certificate = new X509Certificate(enrolled.certificate);
    expect(certificate.subject).toBe(`CN=${machine.id}`);
    expect(certificate.verify(new X509Certificate(portal.store.secrets.read("tunnelAuthority")).publicKey)).toBe(true);
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
    expect((await enrol(enrolment("SN-M-17", token))).body.cause).toBe("enrolmentRefused");
  });

  it("is refused in one and the same way whatever is wrong", async () => {
    const token = await invite();
    const good = enrolment("SN-M-17", token);
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-384" });
    const other = { publicKey: publicKey.export({ type: "spki", format: "pem" }).toString() };
    const wrong = [
      { ...good, serial: "SN-M-18" },
      { ...good, token: "AAAA-BBBB-CCCC-DDDD-EEEE" },
      { ...good, proof: enrolment("SN-M-17", token).proof },
      { ...good, proof: "rubbish" },
      { ...good, publicKey: "rubbish" },
      { ...good, ...other, proof: createSign("sha256").update(token).sign(privateKey, "base64") },
    ];
    const answers = new Set<string>();
    for (const body of wrong) answers.add((await enrol(body)).text);
    expect([...answers]).toEqual(['{"cause":"enrolmentRefused","detail":""}']);
    expect((await enrol(good)).status).toBe(200);
  });

  it("has seven days to enrol, and an address ten guesses", async () => {
    const token = await invite();
    portal.clock.pass(7 * dayMs);
    expect((await enrol(enrolment("SN-M-17", token))).status).toBe(401);
    const fresh = await invite();
    for (let count = 0; count < 10; count++) await enrol(enrolment("SN-M-17", "guess"));
    expect((await enrol(enrolment("SN-M-17", fresh))).status).toBe(401);
    expect((await enrol(enrolment("SN-M-17", fresh), stranger.from("203.0.113.5"))).status).toBe(200);
  });

  describe("that is enrolled", () => {
    let front: FramePeer;
    let password: string;
    let certificate: string;
    beforeEach(async () => {
      front = await portal.front();
      const { body } = await enrol(enrolment("SN-M-17", await invite()));
      ({ password, certificate } = decodeEnrolled(body));
      const listening = { address: "169.254.65.1", port: 20_000 };
      portal.exchange.say({ type: "routersListening", account: account.id, ...listening });
    });

    it("gets a ticket for its one address, what it does for its networks, and a new password", async () => {
      await setStandIn(portal.admin, "Nordwerk", "M-17", "192.168.0.0/24", { prefix: "100.64.9.0/24" });
      const answer = await askRouterTicket(as(password));
      expect(answer).toMatchObject({
        ticket: { device: "tun" },
        lans: [{ network: "192.168.0.0/24", standIn: "100.64.9.0/24", sourceNat: false }],
      });
      expect(answer.ticket.slices).toEqual([
        { network: account.slice, address: addressAt(account.slice, 2049), gateway: addressAt(account.slice, 2048) },
      ]);
      expect(answer.password).not.toBe(password);
    });

    it("may use the old password until it has used the new one", async () => {
      const first = await askRouterTicket(as(password));
      const second = await askRouterTicket(as(password));
      expect((await as(first.password).post("/router/tickets", { version: "1" })).status).toBe(401);
      await askRouterTicket(as(second.password));
      expect((await as(password).post("/router/tickets", { version: "1" })).status).toBe(401);
    });

    it("comes through with ticket and certificate together, and with neither alone", async () => {
      const networks = ["192.168.0.0/24"];
      for (const [shown, type] of [
        [null, "deny"],
        ["0".repeat(64), "deny"],
        [fingerprintOf(certificate), "allow"],
      ] as const) {
        const { ticket } = await askRouterTicket(as(password));
        const { id } = await admit(portal, front, ticket);
        front.say({ type: "opened", id, sourcePort: 5000 });
        const verdict = await authorise(portal, ticket, 5000, { kind: "router", certificate: shown });
        expect(verdict.type).toBe(type);
        if (type === "allow") expect(verdict).toMatchObject({ networks, address: addressAt(account.slice, 2049) });
      }
    });

    it("does not pass for a technician, nor a technician for it", async () => {
      const { ticket } = await askRouterTicket(as(password));
      const { id } = await admit(portal, front, ticket);
      front.say({ type: "opened", id, sourcePort: 5000 });
      expect(await authorise(portal, ticket, 5000)).toMatchObject({ type: "deny" });
      expect((await as(password).get("/machines")).status).toBe(401);
      expect((await as(password).post("/tickets", { device: "tap", laptop: "", replaces: null })).status).toBe(401);
    });

    it("gets a new certificate for its own key before the old one ends", async () => {
      portal.clock.pass(300 * dayMs);
      const { certificate: renewed } = await askRouterTicket(as(password));
      const [old, fresh] = [new X509Certificate(certificate), new X509Certificate(renewed ?? "")];
      expect(fresh.publicKey.equals(old.publicKey)).toBe(true);
      expect(fresh.validToDate.getTime()).toBeGreaterThan(old.validToDate.getTime());
    });

    it("gets its certificate again with each ticket until it has shown it", async () => {
      const first = await askRouterTicket(as(password));
      const second = await askRouterTicket(as(password));
      expect([first.certificate, second.certificate]).toEqual([certificate, certificate]);
      await dial(portal, front, second.ticket, { kind: "router", certificate: fingerprintOf(certificate) });
      expect((await askRouterTicket(as(password))).certificate).toBeNull();
    });
  });

  it("that dials anew ends what it had before", async () => {
    const front = await portal.front();
    const router = await enrolledRouter(portal, front, machine);
    await router.dialAgain();
    await portal.exchange.expect({ type: "closeTunnel", tunnel: router.ticket.id, reason: "tunnelReplaced" });
  });

  it("that is replaced by another is cut off", async () => {
    const front = await portal.front();
    const router = await enrolledRouter(portal, front, machine);
    await enrol(enrolment("SN-M-17", await invite()));
    await portal.exchange.expect({ type: "closeTunnel", tunnel: router.ticket.id, reason: "revoked" });
  });
});
