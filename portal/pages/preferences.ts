import type { Language } from "../../ui/texts.ts";
import { chooseLanguage, languages } from "../../ui/texts.ts";

export const themes = ["system", "light", "dark", "contrast"] as const;
export type Theme = (typeof themes)[number];

/** What this browser remembers. A browser that keeps nothing still shows the page. */
function remembered(key: string): string | null {
  try {
    return localStorage.getItem(`anslut.${key}`);
  } catch {
    return null;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`anslut.${key}`, value);
  } catch {
    // Private windows of some browsers: then it lasts as long as the page.
  }
}

/** The language chosen here, else the first of the browser's that we speak. */
export function preferredLanguage(): Language {
  const chosen = remembered("language");
  return languages.find((language) => language === chosen) ?? chooseLanguage(navigator.languages);
}

export function rememberLanguage(language: Language): void {
  remember("language", language);
}

export function preferredTheme(): Theme {
  const chosen = remembered("theme");
  return themes.find((theme) => theme === chosen) ?? "system";
}

/** Takes effect at once, and from then on. */
export function chooseTheme(theme: Theme): void {
  remember("theme", theme);
  showTheme(theme);
}

/** What ui/tokens.css goes by. */
export function showTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}
