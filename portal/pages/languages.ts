import i18next from "i18next";
import type { Language } from "../../ui/texts.ts";
import { initTexts } from "../../ui/texts.ts";
import { rememberLanguage } from "./preferences.ts";

/** Each language is a file of its own: nobody loads three to read one. */
const catalogues: Readonly<Record<Language, () => Promise<{ readonly texts: object }>>> = {
  en: () => import("./catalogue-en.ts"),
  de: () => import("./catalogue-de.ts"),
  sv: () => import("./catalogue-sv.ts"),
};

export async function startTexts(language: Language): Promise<void> {
  const { texts } = await catalogues[language]();
  await initTexts(language, { en: [], de: [], sv: [], [language]: [texts] });
}

/** Changes the language at once, and remembers it. */
export async function changeLanguage(language: Language): Promise<void> {
  rememberLanguage(language);
  await showLanguage(language);
}

/** Changes the language at once. */
export async function showLanguage(language: Language): Promise<void> {
  const { texts } = await catalogues[language]();
  i18next.addResourceBundle(language, "translation", texts);
  await i18next.changeLanguage(language);
}
