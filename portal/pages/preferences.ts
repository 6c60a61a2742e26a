import type { Language } from "../../ui/texts.ts";
import { chooseLanguage, languages } from "../../ui/texts.ts";

export const themes = ["system", "light", "dark", "contrast"] as const;
export type Theme = (typeof themes)[number];

/** Language and theme of the program that has opened this page; `system`: as the browser has them. */
export type Look = { readonly language: Language | "system"; readonly theme: Theme };

/** What this browser remembers. A browser that keeps nothing still shows the page. */
function remembered(key: string, where: () => Storage = () => localStorage): string | null {
  try {
    return where().getItem(`anslut.${key}`);
  } catch {
    return null;
  }
}

function remember(key: string, value: string | null, where: () => Storage = () => localStorage): void {
  try {
    if (value === null) where().removeItem(`anslut.${key}`);
    else where().setItem(`anslut.${key}`, value);
  } catch {
    // Private windows of some browsers: then it lasts as long as the page.
  }
}

const inThisTab = (): Storage => sessionStorage;

/**
 * The program's look counts in its own view, over a reload as well, until something is chosen on the page itself. It lives with the tab and
 * never becomes what this browser remembers.
 */
export function takeOn({ language, theme }: Look): void {
  remember("program.language", language, inThisTab);
  remember("program.theme", theme, inThisTab);
  showTheme(theme);
}

/** Whether a program has opened this tab. Anybody may write a link to this page; only a program's own tab follows its look. */
export function isProgramsTab(): boolean {
  return remembered("program", inThisTab) !== null;
}

export function becomeProgramsTab(): void {
  remember("program", "yes", inThisTab);
}

/** The program's where it has opened this tab, else what was chosen here, else the first of the browser's that we speak. */
export function preferredLanguage(): Language {
  const ofProgram = remembered("program.language", inThisTab);
  const chosen = ofProgram ?? remembered("language");
  return languages.find((language) => language === chosen) ?? chooseLanguage(navigator.languages);
}

export function rememberLanguage(language: Language): void {
  remember("program.language", null, inThisTab);
  remember("language", language);
}

export function preferredTheme(): Theme {
  const chosen = remembered("program.theme", inThisTab) ?? remembered("theme");
  return themes.find((theme) => theme === chosen) ?? "system";
}

/** Takes effect at once, and from then on. */
export function chooseTheme(theme: Theme): void {
  remember("program.theme", null, inThisTab);
  remember("theme", theme);
  showTheme(theme);
}

let shownTheme: Theme | undefined;
const themeListeners = new Set<() => void>();

/** The theme that is shown now, also in a browser that keeps nothing. */
export function themeNow(): Theme {
  return shownTheme ?? preferredTheme();
}

/** What ui/tokens.css goes by. */
export function showTheme(theme: Theme): void {
  shownTheme = theme;
  document.documentElement.dataset.theme = theme;
  for (const listener of [...themeListeners]) listener();
}

/** Calls back whenever {@link themeNow} is another one; returns a disposer. */
export function onTheme(listener: () => void): () => void {
  themeListeners.add(listener);
  return () => themeListeners.delete(listener);
}
