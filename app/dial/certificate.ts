import { createHash, X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate } from "node:tls";
import tls from "node:tls";
import type { Cause } from "../../contract/causes.ts";

/** What is known of a portal's certificate, and the judgement on what it shows. */

export interface PortalTrust {
  /** The authority that the person (or policy) confirmed; null where the system's trust store vouches. */
  readonly authority: { readonly fingerprint: string; readonly pem: string } | null;
  /** SHA-256 of the SPKI seen first, and of the one the portal announced to come next. */
  readonly pins: { readonly current: string; readonly next: string | null };
}

/** What a TLS handshake showed, before a byte was sent over it. */
export interface Shown {
  /** From the portal's own certificate up to the last one that was sent or found in a trust store. */
  readonly chain: readonly X509Certificate[];
  /** OpenSSL's or Node's code for what is wrong; null: chain and name are good. */
  readonly fault: string | null;
}

export type Verdict =
  | { readonly trusted: true; readonly pin: string }
  | { readonly trusted: false; readonly cause: Cause; readonly detail: string; readonly shownPin: string };

/** SHA-256 (lower-case hex) of the public key's SPKI: survives a renewal with the same key (RFC 7469, 2.4). */
export function pinOf(certificate: X509Certificate): string {
  return createHash("sha256")
    .update(certificate.publicKey.export({ type: "spki", format: "der" }))
    .digest("hex");
}

/** SHA-256 (lower-case hex) of the certificate's DER, as `openssl x509 -fingerprint -sha256` shows it. */
export function fingerprintOf(certificate: X509Certificate): string {
  return createHash("sha256").update(certificate.raw).digest("hex");
}

/** The chain as Node found it, leaf first. */
export function chainOf(peer: DetailedPeerCertificate): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let link: DetailedPeerCertificate | undefined = peer; link?.raw && chain.length < 16; ) {
    chain.push(new X509Certificate(link.raw));
    link = link.issuerCertificate === link ? undefined : link.issuerCertificate;
  }
  return chain;
}

/**
 * Judges a portal: trust and pin must both hold. A key that changed under the same authority is a question for the
 * person; one under an authority nobody confirmed is somebody between us and the portal (an office's TLS inspection).
 */
export function judge(shown: Shown, trust: PortalTrust): Verdict {
  const [leaf] = shown.chain;
  if (leaf === undefined) return { trusted: false, cause: "notAPortal", detail: "no certificate", shownPin: "" };
  const shownPin = pinOf(leaf);
  const refuse = (cause: Cause, detail: string): Verdict => ({ trusted: false, cause, detail, shownPin });
  const issuer = `issued by ${nameOf(leaf.issuer)}`;
  if (isClockFault(shown.fault)) return refuse("clockWrong", `valid ${leaf.validFrom} to ${leaf.validTo}, ${issuer}`);
  const pinned = shownPin === trust.pins.current || shownPin === trust.pins.next;
  if (pinned && shown.fault === null) return { trusted: true, pin: shownPin };
  if (pinned) return refuse("certificateUntrusted", `${shown.fault}, ${issuer}`);
  if (isKnownIssuer(shown, trust)) return refuse("certificateChanged", `key ${shownPin}, ${issuer}`);
  return refuse("tlsInspected", issuer);
}

function isClockFault(fault: string | null): boolean {
  return fault === "CERT_HAS_EXPIRED" || fault === "CERT_NOT_YET_VALID";
}

// Where the system vouches, a root that browsers ship is no office's own: inspection always brings a root of its own.
function isKnownIssuer(shown: Shown, trust: PortalTrust): boolean {
  const top = shown.chain.at(-1);
  if (top === undefined || shown.fault !== null) return false;
  if (trust.authority) {
    const { fingerprint } = trust.authority;
    return shown.chain.some((certificate) => fingerprintOf(certificate) === fingerprint);
  }
  return browserRoots().has(fingerprintOf(top));
}

let roots: ReadonlySet<string> | undefined;

function browserRoots(): ReadonlySet<string> {
  roots ??= new Set(tls.rootCertificates.map((pem) => fingerprintOf(new X509Certificate(pem))));
  return roots;
}

/** `CN=…` out of a distinguished name, else all of it. */
export function nameOf(distinguishedName: string): string {
  const common = /^CN=(.+)$/m.exec(distinguishedName)?.[1];
  return (common ?? distinguishedName.replaceAll("\n", ", ")).slice(0, 300);
}

/** The certificates that this computer trusts: its own store, and the bundled one where it has none. */
export function systemAuthorities(): readonly string[] {
  const system = tls.getCACertificates("system");
  return system.length > 0 ? system : tls.rootCertificates;
}
