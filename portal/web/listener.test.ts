import { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listAudit } from "./store/audit.ts";
import { readPins } from "./store/pins.ts";
import { rotateWebKey } from "./store/web-certificate.ts";
import { login, TestClient } from "./testing/client.ts";
import { addPerson, password } from "./testing/people.ts";
import { host, TestPortal } from "./testing/portal.ts";

/** PROXY protocol v2 for 203.0.113.77:54321 → 192.0.2.10:443. */
const header = Buffer.from("0d0a0d0a000d0a515549540a2111000ccb00714dc000020ad43101bb", "hex");

describe("HTTPS behind front", () => {
  let portal: TestPortal;
  beforeEach(async () => {
    portal = await TestPortal.start();
    await portal.addAccount("Nordwerk");
    await addPerson(portal, "Nordwerk", "anna");
  });
  afterEach(() => portal.stop());

  const behindFront = (pieces: readonly Uint8Array[] = [header]): Socket => {
    const socket = connect(portal.paths.webTlsSocket);
    for (const piece of pieces) socket.write(piece);
    return socket;
  };
  const overTls = async (socket: Socket) => {
    const ca = portal.store.secrets.read("webAuthority");
    const secure = connectTls({ socket, ca, servername: host, ALPNProtocols: ["http/1.1"] });
    await new Promise((resolve, reject) => {
      secure.once("secureConnect", resolve);
      secure.once("error", reject);
    });
    return secure;
  };
  const exchangeText = async (secure: Socket, text: string) => {
    let answer = "";
    secure.setEncoding("utf8");
    secure.write(text);
    for await (const chunk of secure) answer += chunk;
    return answer;
  };
  const about = `GET /api/v1/about HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;

  it("answers over TLS with a certificate of the portal's own authority, sent along", async () => {
    const secure = await overTls(behindFront());
    const shown = secure.getPeerX509Certificate();
    expect(shown?.subjectAltName).toBe(`DNS:${host}, IP Address:192.0.2.10`);
    expect(shown?.issuerCertificate?.fingerprint256).toBe(
      new X509Certificate(portal.store.secrets.read("webAuthority")).fingerprint256,
    );
    expect(await exchangeText(secure, about)).toContain('"product":"anslut-portal"');
  });

  it("takes the header in single bytes", async () => {
    const secure = await overTls(behindFront([...header].map((byte) => Uint8Array.of(byte))));
    expect(await exchangeText(secure, about)).toContain("200 OK");
  });

  it("knows the caller by the address that front saw", async () => {
    const body = JSON.stringify(login("Nordwerk", "anna", password));
    const post = [
      `POST /api/v1/login HTTP/1.1`,
      `Host: ${host}`,
      "Connection: close",
      "Content-Type: application/json",
    ];
    const text = `${post.join("\r\n")}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    expect(await exchangeText(await overTls(behindFront()), text)).toContain("signedIn");
    const [last] = (await listAudit(portal.store.db, null, 1)) ?? [];
    expect(last).toMatchObject({ action: "signIn", address: "203.0.113.77", result: "done" });
  });

  it.each([
    ["no header", Buffer.from(about)],
    ["a header that is too long", Buffer.from("0d0a0d0a000d0a515549540a2111ffff", "hex")],
    ["rubbish behind the header", Buffer.concat([header, Buffer.from("rubbish\r\n\r\n")])],
  ])("closes a connection with %s", async (_, bytes) => {
    const socket = behindFront([bytes]);
    socket.on("error", () => {});
    socket.resume();
    await new Promise((resolve) => socket.once("close", resolve));
  });

  it("keeps its key when the certificate is renewed, and tells of the key that comes next", async () => {
    const before = readPins(portal.store.secrets);
    portal.clock.pass(370 * 86_400_000);
    await portal.restartWeb();
    expect(readPins(portal.store.secrets)).toEqual(before);
    const ends = new X509Certificate(portal.store.secrets.read("webCertificate")).validToDate.getTime();
    expect(ends).toBeGreaterThan(portal.clock.now() + 300 * 86_400_000);
    await rotateWebKey(portal.store);
    await portal.changed();
    const agent = await new TestClient(portal).signIn("Nordwerk", "anna", password);
    const { pins } = (await agent.get("/me")).body as { pins: { current: string; next: string } };
    expect(pins.current).toBe(before.next);
    expect(pins.next).not.toBe(before.next);
  });
});
