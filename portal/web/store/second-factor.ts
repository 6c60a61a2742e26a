import { Secret, TOTP } from "otpauth";
import type { Database } from "./schema.ts";

const stepSeconds = 30;

/** A new TOTP secret, base32 (RFC 6238: SHA-1, six digits, 30 s, as every authenticator app takes it). */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** The text behind the QR code that an authenticator app reads. */
export function totpUri(secret: string, account: string, user: string): string {
  return totp(secret, `${account}:${user}`).toString();
}

/**
 * Whether the code is right now, one step early or one late, and has not been used. A right code is used up by this call:
 * of two that come at once the database lets one through.
 */
export async function redeemTotpCode(db: Database, user: string, code: string, nowMs: number): Promise<boolean> {
  const row = await db.selectFrom("users").select("totp_secret").where("id", "=", user).executeTakeFirst();
  if (row?.totp_secret == null) return false;
  const delta = totp(row.totp_secret, user).validate({ token: code.replace(/\s/g, ""), timestamp: nowMs, window: 1 });
  if (delta === null) return false;
  const step = Math.floor(nowMs / 1000 / stepSeconds) + delta;
  const { numUpdatedRows } = await db
    .updateTable("users")
    .set({ totp_last_step: step })
    .where("id", "=", user)
    .where("totp_last_step", "<", step)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

function totp(secret: string, label: string): TOTP {
  return new TOTP({ issuer: "Anslut", label, secret: Secret.fromBase32(secret), period: stepSeconds });
}
