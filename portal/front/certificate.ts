import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/**
 * A throw-away certificate for tunnels wrapped in TLS. It is camouflage for firewalls that want to see TLS and proves
 * nothing to anybody: what is inside proves itself. Node reads certificates but writes none, hence these few lines of DER
 * (X.690; RFC 5280, 4.1).
 */
export interface Camouflage {
  readonly key: string;
  readonly cert: string;
}

const dayMs = 86_400_000;
const ecdsaWithSha256 = "300a06082a8648ce3d040302";
const commonName = "0603550403";

export function makeCamouflage(name: string, now: Date): Camouflage {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = Buffer.from(ecdsaWithSha256, "hex");
  const subject = sequence(set(sequence(Buffer.from(commonName, "hex"), tagged(0x0c, Buffer.from(name)))));
  const serial = Buffer.concat([Buffer.of(0x01), randomBytes(15)]);
  const toSign = sequence(
    tagged(0xa0, tagged(0x02, Buffer.of(2))),
    tagged(0x02, serial),
    algorithm,
    subject,
    sequence(time(now.getTime() - dayMs), time(now.getTime() + 397 * dayMs)),
    subject,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = sign("sha256", toSign, privateKey);
  const der = sequence(toSign, algorithm, tagged(0x03, Buffer.of(0), signature));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
  };
}

function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), body]);
  const size = length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff);
  return Buffer.concat([Buffer.of(tag), size, body]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x30, ...parts);
}

function set(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x31, ...parts);
}

/** GeneralizedTime would be needed from 2050 on; a certificate of 397 days made before does with UTCTime. */
function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return tagged(0x17, Buffer.from(`${digits}Z`));
}
