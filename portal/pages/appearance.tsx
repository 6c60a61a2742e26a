import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { languages } from "../../ui/texts.ts";
import { changeLanguage } from "./languages.ts";
import { chooseTheme, onTheme, themeNow, themes } from "./preferences.ts";
import { SelectField } from "./select-field.tsx";

/** The three languages, each in its own name. Takes effect at once. */
export function LanguageChoice() {
  const { t, i18n } = useTranslation();
  const choose = (value: string): void => {
    const language = languages.find((known) => known === value);
    if (language !== undefined) void changeLanguage(language);
  };
  return (
    <SelectField label={t("language")} value={i18n.language} onChange={choose}>
      {languages.map((tag) => (
        <option key={tag} value={tag} lang={tag}>
          {new Intl.DisplayNames([tag], { type: "language" }).of(tag)}
        </option>
      ))}
    </SelectField>
  );
}

/** Light, dark, as the system has it, or with strong contrast for the sun. */
export function ThemeChoice() {
  const { t } = useTranslation();
  const theme = useSyncExternalStore(onTheme, themeNow);
  const choose = (value: string): void => {
    const chosen = themes.find((known) => known === value);
    if (chosen !== undefined) chooseTheme(chosen);
  };
  return (
    <SelectField label={t("theme.label")} value={theme} onChange={choose}>
      {themes.map((known) => (
        <option key={known} value={known}>
          {t(`theme.${known}`)}
        </option>
      ))}
    </SelectField>
  );
}
