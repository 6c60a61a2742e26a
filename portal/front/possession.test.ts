import { createCipheriv, createHmac, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ownsKey } from "./possession.ts";

/** The head of a first packet as a client with this Kc makes it (tls_crypt.c, tls_crypt_wrap). */
function headOf(kc: Buffer): Buffer {
  const head = Buffer.concat([Buffer.of(1, 111, 0x50), randomBytes(8), Buffer.of(15, 0, 0, 1), randomBytes(4)]);
  const plain = Buffer.alloc(5);
  const tag = createHmac("sha256", kc.subarray(192, 224)).update(head.subarray(2)).update(plain).digest();
  const cipher = createCipheriv("aes-256-ctr", kc.subarray(128, 160), tag.subarray(0, 16));
  return Buffer.concat([head, tag, cipher.update(plain)]);
}

describe("possession of a wrapped key", () => {
  const kc = randomBytes(256);

  it("is shown by who owns it", () => {
    expect(ownsKey(kc, headOf(kc))).toBe(true);
  });

  it("is not shown by who read the wrapped key off the wire", () => {
    expect(ownsKey(kc, headOf(randomBytes(256)))).toBe(false);
  });

  it("covers every byte that the tag covers", () => {
    for (let at = 2; at < 56; at += 1) {
      const head = headOf(kc);
      head[at] = (head[at] ?? 0) ^ 1;
      expect(ownsKey(kc, head)).toBe(false);
    }
  });
});
