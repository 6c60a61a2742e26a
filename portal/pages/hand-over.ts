import { languages } from "../../ui/texts.ts";
import { type Look, themes } from "./preferences.ts";

/** What the program on this computer says to the page that it opens: behind the `#`, so that none of it is sent to the portal. */
export type ProgramWords = {
  /** The one-time code that signs the page in. */
  readonly code: string | null;
  /** How the program looks to this person. */
  readonly look: Look | null;
};

/**
 * The program's words in the address, or null without any. They are taken out of address bar and history before anything else happens: a code
 * must not stay there for the length of a download.
 */
export function takeProgramWords(): ProgramWords | null {
  const { hash, pathname, search } = location;
  const words = wordsOf(hash);
  if (words !== null) history.replaceState(null, "", pathname + search);
  return words;
}

/** `#hand-over=<code>&language=sv&theme=dark`; without its first word it only says how to look. */
export function wordsOf(hash: string): ProgramWords | null {
  const values = new Map(
    hash
      .slice(1)
      .split("&")
      .map((word) => {
        const [name = "", ...value] = word.split("=");
        return [name, decoded(value.join("="))];
      }),
  );
  if (!values.has("hand-over") && !values.has("language") && !values.has("theme")) return null;
  const language = (["system", ...languages] as const).find((known) => known === values.get("language"));
  const theme = themes.find((known) => known === values.get("theme"));
  const look = language === undefined || theme === undefined ? null : { language, theme };
  return { code: values.get("hand-over") ?? null, look };
}

/** Null for what is no code: longer than any, or torn. */
function decoded(text: string): string | null {
  try {
    const value = decodeURIComponent(text);
    return value.length >= 1 && value.length <= 1024 ? value : null;
  } catch {
    return null;
  }
}
