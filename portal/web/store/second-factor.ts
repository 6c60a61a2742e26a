import { Secret, TOTP } from "otpauth";
import type { Database } from "./schema.ts";

const stepSeconds = 30;

/** A new TOTP secret, base32 (RFC 6238: SHA-1, six digits, 30 s, as every authenticator app takes it). */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** Longest text that a QR code still holds in squares which a telephone reads from a screen. */
const mostUriLength = 500;

/** The text behind the QR code that an authenticator app reads. The label is for people alone: a long one loses its end. */
export function totpUri(secret: string, account: string, user: string): string {
  const label = [...`${account}:${user}`];
  let uri = totp(secret, label.join("")).toString();
  while (uri.length > mostUriLength) {
    label.pop();
    uri = totp(secret, label.join("")).toString();
  }
  return uri;
}

/**
 * Whether the code is right now, one step early or one late, and has not been used. A right code is used up by this call:
 * of two that come at once the database lets one through.
 */
export async function redeemTotpCode(db: Database, user: string, code: string, nowMs: number): Promise<boolean> {
  const row = await db.selectFrom("users").select("totp_secret").where("id", "=", user).executeTakeFirst();
  if (row?.totp_secret == null) return false;
  const step = stepOfCode(row.totp_secret, code, nowMs);
  if (step === null) return false;
  const { numUpdatedRows } = await db
    .updateTable("users")
    .set({ totp_last_step: step })
    .where("id", "=", user)
    .where("totp_last_step", "<", step)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** The 30-second step whose code that is; null when it is none of now, one step early or one late. */
export function stepOfCode(secret: string, code: string, nowMs: number): number | null {
  const delta = totp(secret, "").validate({ token: code.replace(/\s/g, ""), timestamp: nowMs, window: 1 });
  return delta === null ? null : Math.floor(nowMs / 1000 / stepSeconds) + delta;
}

function totp(secret: string, label: string): TOTP {
  return new TOTP({ issuer: "Anslut", label, secret: Secret.fromBase32(secret), period: stepSeconds });
}
