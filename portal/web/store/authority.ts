import "reflect-metadata";
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import type { Extension, JsonGeneralName } from "@peculiar/x509";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

const dayMs = 86_400_000;
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** A certificate authority of ours: P-256, and all it needs to issue. */
export interface Authority {
  readonly certificate: string;
  readonly privateKey: string;
}

/** What a certificate is issued for. The subject is ours to set, never the asker's. */
export interface Leaf {
  readonly commonName: string;
  readonly usage: "server" | "client";
  /** Host names and addresses for HTTPS; empty for tunnels, which are checked by common name. */
  readonly hosts: readonly string[];
  /** SPKI, PEM. */
  readonly publicKey: string;
  readonly days: number;
}

/** A fresh EC P-256 private key, PKCS #8 PEM. */
export function newPrivateKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** The public half of a private key, SPKI PEM. */
export function publicKeyOf(privateKey: string): string {
  return createPublicKey(createPrivateKey(privateKey)).export({ type: "spki", format: "pem" }).toString();
}

/** A new authority, good for 20 years. */
export async function newAuthority(commonName: string, nowMs: number): Promise<Authority> {
  const privateKey = newPrivateKey();
  const keys = await importPair(privateKey);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: `CN=${commonName}`,
    notBefore: new Date(nowMs - dayMs),
    notAfter: new Date(nowMs + 20 * 365 * dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return { certificate: pemOf(certificate), privateKey };
}

/** Issues a certificate. It begins a day ago, for clocks that are slow. */
export async function issue(authority: Authority, leaf: Leaf, nowMs: number): Promise<string> {
  const issuer = new X509Certificate(authority.certificate);
  const usage = leaf.usage === "server" ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth;
  const extensions: Extension[] = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([usage]),
  ];
  if (leaf.hosts.length > 0) extensions.push(new SubjectAlternativeNameExtension(leaf.hosts.map(generalName)));
  const certificate = await X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: `CN=${leaf.commonName}`,
    issuer: issuer.subject,
    notBefore: new Date(nowMs - dayMs),
    notAfter: new Date(nowMs + leaf.days * dayMs),
    signingAlgorithm: algorithm,
    publicKey: await importPublic(leaf.publicKey),
    signingKey: (await importPair(authority.privateKey)).privateKey,
    extensions,
  });
  return pemOf(certificate);
}

function generalName(host: string): JsonGeneralName {
  return { type: isIP(host) === 0 ? "dns" : "ip", value: host };
}

/** Positive and never short, so that its DER needs no thought. */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f);
  return bytes.toString("hex");
}

async function importPair(privateKey: string) {
  const key = createPrivateKey(privateKey);
  const pkcs8 = key.export({ type: "pkcs8", format: "der" });
  return {
    privateKey: await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, ["sign"]),
    publicKey: await importPublic(publicKeyOf(privateKey)),
  };
}

async function importPublic(publicKey: string) {
  const spki = createPublicKey(publicKey).export({ type: "spki", format: "der" });
  return await crypto.subtle.importKey("spki", spki, algorithm, true, ["verify"]);
}

function pemOf(certificate: X509Certificate): string {
  return `${certificate.toString("pem")}\n`;
}
