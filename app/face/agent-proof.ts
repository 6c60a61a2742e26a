import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** A nonce of the wire between face and agent, as hex text. */
export function makeNonce(): string {
  return randomBytes(32).toString("hex");
}

/** The proof that `speaker` knows the key (contract/agent.ts): its word, the other side's nonce, its own. */
export function proofOf(key: Uint8Array, speaker: "agent" | "face", other: string, own: string): string {
  return createHmac("sha256", key).update(`${speaker}${other}${own}`, "utf8").digest("hex");
}

/** Compares two hex texts in constant time. */
export function isSameProof(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}
