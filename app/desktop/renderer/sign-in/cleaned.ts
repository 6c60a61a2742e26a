/** What a person pastes, made what it was meant to be: where that is safe. A password is never touched. */

/** Blanks and line ends at the ends, and control characters and soft blanks anywhere, have no meaning in a name. */
export function cleanedName(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ")
    .replaceAll(/[\s\u00a0]+/g, " ")
    .trimStart();
}

/** An address has no blanks at all; mail programs add quotes, angle brackets and a full stop. */
export function cleanedAddress(text: string): string {
  return text
    .replaceAll(/[\s\u00a0\p{Cc}\p{Cf}]+/gu, "")
    .replace(/^[<"'“”„«»(]+/u, "")
    .replace(/[>"'“”„«»),;.]+$/u, "");
}

/** The digits of a one-time code, however they were grouped. */
export function cleanedCode(text: string): string {
  return text.normalize("NFKC").replaceAll(/\D/g, "").slice(0, 6);
}

/** A fingerprint as its 64 hex digits; colons, blanks, capitals and a leading `SHA256` do not matter. */
export function cleanedFingerprint(text: string): string {
  return text
    .toLowerCase()
    .replace(/sha-?256[\s:=]*/, "")
    .replaceAll(/[^0-9a-f]/g, "");
}
