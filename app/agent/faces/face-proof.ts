import { createHmac, timingSafeEqual } from "node:crypto";

/** Proof that one side knows the key (contract: agent.ts, header). Nonces are hex text and go in as such. */
export function proofOf(key: Uint8Array, side: "agent" | "face", ownFirst: readonly [string, string]): string {
  return createHmac("sha256", key)
    .update(side + ownFirst[0] + ownFirst[1])
    .digest("hex");
}

/** Compares without telling by time how much of it was right. */
export function isProof(expected: string, given: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}
