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

/** A value as JSON for people, without what the names of its fields say is secret. */
export function redactedJson(value: unknown): string {
  return JSON.stringify(value, (name, field: unknown) => (isSecret(name, field) ? "[removed]" : field), 2);
}

// A flag named like a secret says only that there is one.
function isSecret(name: string, field: unknown): boolean {
  return secretNames.includes(name) && field !== null && typeof field !== "boolean";
}

/** Shorter ones stand in many words by chance, and taking them out would spoil the text. */
const shortestSecret = 4;

/** Takes these very secrets out of a text, in whatever way they are written there. */
export function scrub(text: string, secrets: readonly string[]): string {
  const spellings = secrets
    .filter((secret) => secret.length >= shortestSecret)
    .flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      encodeURIComponent(secret).replaceAll("%20", "+"),
      Buffer.from(secret).toString("base64"),
      Buffer.from(secret).toString("base64url"),
      Buffer.from(secret).toString("hex"),
    ])
    .sort((left, right) => right.length - left.length);
  return [...new Set(spellings)].reduce((clean, spelling) => clean.replaceAll(spelling, "[removed]"), text);
}
