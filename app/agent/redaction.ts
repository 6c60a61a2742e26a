/** What must not stand in a log, whatever object it hangs on. */
const secretNames = [
  "password",
  "token",
  "deviceToken",
  "bearer",
  "authorization",
  "cookie",
  "code",
  "clientKey",
  "privateKey",
  "credentials",
  "pending",
  "proof",
  "key",
  "nonce",
];

/** Paths for pino's redaction: every secret name at depths 1 to 4. */
export const redactedPaths: readonly string[] = secretNames.flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`,
  `*.*.*.${name}`,
]);

const patterns: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [^\n]+?-----[\s\S]*?(-----END [^\n]+?-----|$)/g, "[PEM removed]"],
  [/\b(Bearer|Basic|Digest)\s+[^\s",;]+/gi, "$1 [removed]"],
  [/\/\/[^/\s@]+@/g, "//[removed]@"],
  [/((?:password|passphrase|token|secret)["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;}]+)/gi, "$1[removed]"],
];

/** Takes out of free text (messages of libraries, lines of the helper) what looks like a secret. */
export function redactText(text: string): string {
  return patterns.reduce((clean, [pattern, instead]) => clean.replace(pattern, instead), text);
}
