/** What could move the cursor, colour the screen or turn the writing direction becomes a question mark in a diamond. */
export function printable(text: string): string {
  // C0 and C1 but tab and line feed; bidirectional overrides and isolates ("Trojan Source", CVE-2021-42574).
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

/** `value` with every text in it made {@link printable}: for what comes from a portal or a log. */
export function printableDeep<Value>(value: Value): Value;
export function printableDeep(value: unknown): unknown {
  if (typeof value === "string") return printable(value);
  if (Array.isArray(value)) return value.map((item) => printableDeep(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, printableDeep(field)]));
}
