import { useTranslation } from "react-i18next";
import type { Language } from "../../../../ui/texts.ts";
import { chooseLanguage } from "../../../../ui/texts.ts";

/** The language that is spoken now. */
export function useLanguage(): Language {
  return chooseLanguage([useTranslation().i18n.language]);
}
