import type { i18n } from "i18next";
import i18next from "i18next";
import ICU from "i18next-icu";
import { initReactI18next } from "react-i18next";

export const languages = ["en", "de", "sv"] as const;
export type Language = (typeof languages)[number];

/** Texts by language; several catalogues of one language are laid over each other. */
export type Catalogues = Readonly<Record<Language, readonly object[]>>;

/** The first of the person's languages that we speak, else English. */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const language = languages.find((known) => tag.toLowerCase().split("-")[0] === known);
    if (language !== undefined) return language;
  }
  return "en";
}

/** Makes the texts ready. Changing the language later takes effect at once, without a restart. */
export async function initTexts(language: Language, catalogues: Catalogues): Promise<i18n> {
  const resources = Object.fromEntries(
    languages.map((tag) => [tag, { translation: Object.assign({}, ...catalogues[tag]) as object }]),
  );
  await i18next
    .use(ICU)
    .use(initReactI18next)
    .init({ lng: language, fallbackLng: "en", resources, interpolation: { escapeValue: false }, returnNull: false });
  return i18next;
}
