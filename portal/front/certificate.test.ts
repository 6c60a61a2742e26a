import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { describe, expect, it } from "vitest";
import { makeCamouflage } from "./certificate.ts";

describe("the throw-away certificate", () => {
  it("is one that OpenSSL reads, signed by its own key and valid now", () => {
    const { key, cert } = makeCamouflage("localhost", new Date());
    const certificate = new X509Certificate(cert);
    expect(certificate.subject).toBe("CN=localhost");
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.validFromDate.getTime()).toBeLessThan(Date.now());
    expect(certificate.validToDate.getTime()).toBeGreaterThan(Date.now());
    expect(() => createSecureContext({ key, cert })).not.toThrow();
  });
});
