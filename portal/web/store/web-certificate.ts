import { createPrivateKey, X509Certificate } from "node:crypto";
import { issue, newPrivateKey, publicKeyOf } from "./authority.ts";
import { Problem } from "./problem.ts";
import { readSettings, writeSettings } from "./settings.ts";
import type { Store } from "./store.ts";

const dayMs = 86_400_000;
/** What browsers take at most (CA/Browser Forum: 398). */
const validDays = 397;
const renewDaysBefore = 30;

/** Issues the web certificate anew for the key in use, so that pins stay true. */
export async function issueWebCertificate(store: Store): Promise<void> {
  const { secrets, db, clock } = store;
  const { host, alsoHosts } = await readSettings(db);
  const authority = { certificate: secrets.read("webAuthority"), privateKey: secrets.read("webAuthorityKey") };
  const leaf = await issue(
    authority,
    {
      commonName: host,
      usage: "server",
      hosts: [...new Set([host, ...alsoHosts])],
      publicKey: publicKeyOf(secrets.read("webKey")),
      days: validDays,
    },
    clock.now(),
  );
  // The authority goes along, so that a client can show its fingerprint at `portal add`.
  secrets.write("webCertificate", leaf + authority.certificate);
}

/** Renews the certificate of our own authority a month before it ends. Returns whether it did. */
export async function renewWebCertificate(store: Store): Promise<boolean> {
  const settings = await readSettings(store.db);
  if (!settings.ownCertificate) return false;
  const ends = Date.parse(new X509Certificate(store.secrets.read("webCertificate")).validTo);
  if (ends - store.clock.now() > renewDaysBefore * dayMs) return false;
  await issueWebCertificate(store);
  return true;
}

/** Puts the announced key into use and makes the one after it. Clients that heard the announcement notice nothing. */
export async function rotateWebKey(store: Store): Promise<void> {
  if (!(await readSettings(store.db)).ownCertificate) throw new Problem("forbidden", "certificateGiven");
  store.secrets.write("webKey", store.secrets.read("nextWebKey"));
  store.secrets.write("nextWebKey", newPrivateKey());
  await issueWebCertificate(store);
}

/** Puts a certificate from elsewhere into use, or its renewal. From then on we issue none. */
export async function installWebCertificate(store: Store, certificate: string, privateKey: string): Promise<void> {
  checkGivenCertificate(certificate, privateKey);
  store.secrets.write("webKey", privateKey);
  store.secrets.write("webCertificate", certificate);
  store.secrets.remove("nextWebKey");
  await writeSettings(store.db, { ...(await readSettings(store.db)), ownCertificate: false });
}

/** Checks a certificate that somebody brings: readable, with the key that belongs to it. */
export function checkGivenCertificate(certificate: string, privateKey: string): void {
  try {
    const leaf = new X509Certificate(certificate);
    if (!leaf.checkPrivateKey(createPrivateKey(privateKey))) throw new Error("another key");
  } catch {
    throw new Problem("badRequest", "certificateBad");
  }
}
