import { createPublicKey, X509Certificate } from "node:crypto";
import type { Static } from "typebox";
import type { Pins } from "../../../contract/portal.ts";
import { publicKeyOf } from "./authority.ts";
import type { SecretStore } from "./files.ts";
import { sha256 } from "./random.ts";

/** SHA-256 over the DER of a public key, as hex: what clients remember of the portal. */
export function pinOf(publicKey: string): string {
  return sha256(createPublicKey(publicKey).export({ type: "spki", format: "der" }));
}

/** The pin in use and the announced one. With a certificate brought from elsewhere there is no next key. */
export function readPins(secrets: SecretStore): Static<typeof Pins> {
  const certificate = new X509Certificate(secrets.read("webCertificate"));
  const current = sha256(certificate.publicKey.export({ type: "spki", format: "der" }));
  const next = secrets.has("nextWebKey") ? pinOf(publicKeyOf(secrets.read("nextWebKey"))) : null;
  return { current, next };
}

/** SHA-256 of a certificate's DER as hex. */
export function fingerprintOf(certificate: string): string {
  return sha256(new X509Certificate(certificate).raw);
}
