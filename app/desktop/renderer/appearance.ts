import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { chooseLanguage } from "../../../ui/texts.ts";
import { useDesk } from "./store.ts";

/** Theme and language as the person has them, at once. Nothing here is kept: the agent keeps it. */
export function useAppearance(): void {
  const preferences = useDesk((desk) => desk.state?.preferences);
  const { t, i18n } = useTranslation();
  const theme = preferences?.theme ?? "system";
  const language = preferences?.language ?? chooseLanguage(navigator.languages);

  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);

  useEffect(() => {
    if (i18n.language !== language) void i18n.changeLanguage(language);
  }, [i18n, language]);

  useEffect(() => {
    document.documentElement.lang = i18n.language;
    document.title = t("desktop.title");
  }, [t, i18n.language]);
}
