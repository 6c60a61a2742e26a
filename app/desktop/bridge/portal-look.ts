import type { Preferences } from "../../../contract/preferences.ts";

/**
 * How the portal's own pages are to look, in the words that portal/pages/hand-over.ts reads: behind the `#` of their address, which no request
 * carries. They have no other ear: no preload, no bridge.
 */
export function lookWords({ language, theme }: Pick<Preferences, "language" | "theme">): string {
  return `language=${language ?? "system"}&theme=${theme}`;
}
