import { createPublicKey, generateKeyPairSync, sign } from "node:crypto";

/** The router's own key, EC P-256. It is made here and never leaves. */
export interface RouterKey {
  /** PKCS #8, PEM. */
  readonly privateKey: string;
  /** SPKI, PEM. */
  readonly publicKey: string;
}

export function newRouterKey(): RouterKey {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKey: createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString(),
  };
}

/** Proves to the portal that whoever brings the token holds the key (contract: Enrolment): ECDSA, SHA-256, base64 of DER. */
export function proveKey(token: string, privateKey: string): string {
  return sign("sha256", Buffer.from(token, "utf8"), { key: privateKey, dsaEncoding: "der" }).toString("base64");
}
