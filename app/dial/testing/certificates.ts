import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** Certificates of any kind of wrongness, made in memory (X.509 v3 by hand: DER is short enough). For tests. */

export interface Issued {
  readonly pem: string;
  readonly keyPem: string;
  readonly pin: string;
  readonly fingerprint: string;
  readonly name: string;
  readonly key: KeyObject;
}

export interface Wish {
  readonly name: string;
  readonly issuer?: Issued;
  /** DNS names; absent: an authority. */
  readonly hosts?: readonly string[];
  readonly from?: Date;
  readonly until?: Date;
  /** Renewal: the same key again. */
  readonly key?: KeyObject;
}

const dayMs = 86_400_000;

export function issue(wish: Wish): Issued {
  const { from = new Date(Date.now() - dayMs), until = new Date(Date.now() + 30 * dayMs) } = wish;
  const privateKey = wish.key ?? generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const spki = publicKeyOf(privateKey);
  const tbs = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaSha256,
    nameOf(wish.issuer?.name ?? wish.name),
    sequence(time(from), time(until)),
    nameOf(wish.name),
    spki,
    tagged(0xa3, sequence(...extensions(wish))),
  );
  const signature = sign("sha256", tbs, wish.issuer?.key ?? privateKey);
  const der = sequence(tbs, ecdsaSha256, bitString(signature));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  const pem = `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
  return {
    pem,
    keyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    pin: createHash("sha256").update(spki).digest("hex"),
    fingerprint: createHash("sha256").update(der).digest("hex"),
    name: wish.name,
    key: privateKey,
  };
}

function publicKeyOf(privateKey: KeyObject): Buffer {
  const { x, y } = privateKey.export({ format: "jwk" });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x ?? "", "base64url"), Buffer.from(y ?? "", "base64url")]);
  return sequence(sequence(oid("2a8648ce3d0201"), oid("2a8648ce3d030107")), bitString(point));
}

function extensions({ hosts }: Wish): readonly Buffer[] {
  if (hosts === undefined) {
    const basic = sequence(tagged(0x01, Buffer.from([0xff])));
    return [sequence(oid("551d13"), tagged(0x01, Buffer.from([0xff])), tagged(0x04, basic))];
  }
  const names = sequence(...hosts.map((host) => tagged(0x82, Buffer.from(host))));
  return [sequence(oid("551d11"), tagged(0x04, names))];
}

const ecdsaSha256 = sequence(oid("2a8648ce3d040302"));

function nameOf(common: string): Buffer {
  return sequence(tagged(0x31, sequence(oid("550403"), tagged(0x0c, Buffer.from(common)))));
}

function time(at: Date): Buffer {
  return tagged(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]|\.\d+/g, "")}`));
}

function integer(value: Buffer): Buffer {
  return tagged(0x02, value);
}

function bitString(value: Buffer): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.from([0]), value]));
}

function oid(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, "hex"));
}

function sequence(...items: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(items));
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
