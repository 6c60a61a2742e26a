import { createHash, randomBytes, randomInt, timingSafeEqual } from "node:crypto";

const idAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
/** Without letters that are taken for one another. */
const typedAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** An id of a row: no secret, never begins with a dash, fits a file name and a command line. */
export function newId(): string {
  return draw(idAlphabet, 16);
}

/** 256 bits for programs. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** 100 bits for people who read it from one screen and type it on another: `ABCD-EFGH-…`. */
export function newTypedToken(): string {
  return Array.from({ length: 5 }, () => draw(typedAlphabet, 4)).join("-");
}

/** SHA-256 as hex. Enough for secrets of 100 random bits and more; people's passwords take {@link hashPassword}. */
export function sha256(value: string | Uint8Array): string {
  return createHash("sha256").update(value).digest("hex");
}

/** Compares two hex digests in constant time. */
export function sameDigest(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}

function draw(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}
