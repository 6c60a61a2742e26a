import { createPublicKey, verify, X509Certificate } from "node:crypto";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fingerprintOf, pinOf } from "../../app/dial/certificate.ts";
import { CredentialStore, credentialsPath } from "../credentials/credentials.ts";
import { interfaceName } from "../interface-name.ts";
import { openPortal } from "../portal.ts";
import { TestAuthority } from "../testing/certificates.ts";
import { FakeHelper } from "../testing/fake-helper.ts";
import { type FakeAnswer, FakePortal, type FakeRequest } from "../testing/fake-portal.ts";
import { enrol, refuseSecondEnrolment } from "./enrol.ts";

const token = "b25lLXRpbWU";
let files = "";
let directory = "";
let web: TestAuthority;
let tunnels: TestAuthority;
let server: { readonly certificate: string; readonly privateKey: string };
let helper: FakeHelper;

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), "anslut-certificates-"));
  web = await TestAuthority.make(files, "portal");
  tunnels = await TestAuthority.make(files, "tunnels");
  server = await web.server();
  helper = await FakeHelper.start();
});
afterAll(async () => {
  await helper[Symbol.asyncDispose]();
  await rm(files, { recursive: true });
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "anslut-router-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe("enrolment", () => {
  test("sends serial, token and a proven key of its own, and keeps what it gets", async () => {
    using portal = await FakePortal.start(server, welcome);
    const credentials = await enrolAt(portal, fingerprint());
    expect((await CredentialStore.open(directory)).current).toEqual(credentials);
    expect(credentials).toMatchObject({ serial: "SN-0017", machine: "m17", password: "pw", lan: "lan0", wan: "wan0" });
    const [sent] = portal.requests;
    expect(sent).toMatchObject({ path: "/api/v1/enrolments", bearer: undefined });
    const body = sent?.body as { publicKey: string; proof: string };
    expect(Object.keys(body).sort()).toEqual(["proof", "publicKey", "serial", "token"]);
    const key = createPublicKey(body.publicKey);
    expect(key.asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
    expect(verify("sha256", Buffer.from(token), key, Buffer.from(body.proof, "base64"))).toBe(true);
    expect((await stat(credentialsPath(directory))).mode & 0o777).toBe(0o600);
  });

  test("makes a router that the portal knows by its pinned key and its password", async () => {
    using portal = await FakePortal.start(server, async (request) => {
      if (request.path === "/api/v1/enrolments") return await welcome(request);
      return { status: 401, body: { cause: "credentialsRefused", detail: "" } };
    });
    const credentials = await enrolAt(portal, fingerprint());
    const opened = openPortal({
      address: credentials.portal,
      program: helper.program,
      trust: () => credentials,
      rememberedWay: () => null,
    });
    await expect(opened.ticket(credentials.password)).rejects.toMatchObject({ cause: "credentialsRefused" });
    opened.close();
    expect(portal.requests[1]).toMatchObject({ path: "/api/v1/router/tickets", bearer: "Bearer pw" });
  });

  test("sends nothing to a portal with another authority", async () => {
    using portal = await FakePortal.start(server, welcome);
    await expect(enrolAt(portal, "0".repeat(64))).rejects.toMatchObject({
      key: "authorityDiffers",
      values: { shown: fingerprint() },
    });
    expect(portal.requests).toEqual([]);
    expect(await readdir(directory)).toEqual([]);
  });

  test("sends nothing to somebody who only shows the right authority behind a certificate of his own", async () => {
    const impostor = await (await TestAuthority.make(files, "impostor")).server();
    const leaf = impostor.certificate.slice(0, impostor.certificate.indexOf("-----END CERTIFICATE-----") + 26);
    using portal = await FakePortal.start({ ...impostor, certificate: leaf + web.pem }, welcome);
    await expect(enrolAt(portal, fingerprint())).rejects.toThrow();
    expect(portal.requests).toEqual([]);
  });

  test("keeps nothing where the portal refuses, and says why", async () => {
    using portal = await FakePortal.start(server, () => ({
      status: 401,
      body: { cause: "enrolmentRefused", detail: "" },
    }));
    await expect(enrolAt(portal, fingerprint())).rejects.toMatchObject({ cause: "enrolmentRefused" });
    expect(await readdir(directory)).toEqual([]);
  });

  test("keeps nothing where the portal certifies another key", async () => {
    using portal = await FakePortal.start(server, async () => ({
      status: 200,
      body: enrolled(web.pem),
    }));
    await expect(enrolAt(portal, fingerprint())).rejects.toMatchObject({ cause: "portalFault" });
    expect(await readdir(directory)).toEqual([]);
  });

  test("does not spend the token where its fruit cannot be kept", async () => {
    using portal = await FakePortal.start(server, welcome);
    await rm(directory, { recursive: true });
    await expect(enrolAt(portal, fingerprint())).rejects.toMatchObject({ key: "diskFault" });
    expect(portal.requests).toEqual([]);
  });

  test("is not done twice by accident", async () => {
    await expect(refuseSecondEnrolment(directory)).resolves.toBeUndefined();
    using portal = await FakePortal.start(server, welcome);
    await enrolAt(portal, fingerprint());
    await expect(refuseSecondEnrolment(directory)).rejects.toMatchObject({ key: "alreadyEnrolled" });
  });

  test("says that nobody answers", async () => {
    const portal = await FakePortal.start(server, welcome);
    portal[Symbol.dispose]();
    await expect(enrolAt(portal, fingerprint())).rejects.toMatchObject({ cause: "noWay" });
  });
});

async function welcome(request: FakeRequest): Promise<FakeAnswer> {
  const { publicKey } = request.body as { publicKey: string };
  return { status: 200, body: enrolled(await tunnels.certify(publicKey)) };
}

function enrolled(certificate: string) {
  const pins = { current: pinOf(new X509Certificate(server.certificate)), next: null };
  return { machine: "m17", certificate, password: "pw", pins };
}

function fingerprint(): string {
  return fingerprintOf(new X509Certificate(web.pem));
}

function enrolAt({ port }: FakePortal, shown: string) {
  return enrol({
    address: { host: "127.0.0.1", port },
    fingerprint: shown,
    serial: "SN-0017",
    token,
    devices: { lan: interfaceName("lan0"), wan: interfaceName("wan0") },
    program: helper.program,
    directory,
  });
}
