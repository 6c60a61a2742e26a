import i18next from "i18next";
import ICU from "i18next-icu";
import type { Cause } from "../contract/causes.ts";
import { languages } from "../contract/constants.ts";
import { catalogues } from "./catalogue.ts";
import type { RouterProblem } from "./problem.ts";
import type { Warning } from "./warnings.ts";

type Language = (typeof languages)[number];
type Values = Readonly<Record<string, string>>;

/** What the program says, in one language. */
export interface Texts {
  /** A text of `resources/locales/router.*.json` by its dotted key. */
  text(key: string, values?: Values): string;
  problem(problem: RouterProblem): string;
  warning(warning: Warning): string;
  headline(cause: Cause, portal: string | null): string;
  advice(cause: Cause, portal: string | null): string;
}

/** The language of the environment (locale(7)), else English. */
export function languageOf(environment: NodeJS.ProcessEnv): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = environment;
  const locale = [LC_ALL, LC_MESSAGES, LANG].find((value) => value !== undefined && value !== "") ?? "";
  return languages.find((language) => new RegExp(`^${language}([_.@-]|$)`, "i").test(locale)) ?? "en";
}

export async function loadTexts(language: Language): Promise<Texts> {
  const instance = i18next.createInstance();
  await instance.use(ICU).init({
    lng: language,
    fallbackLng: "en",
    resources: Object.fromEntries(languages.map((tag) => [tag, { translation: catalogues[tag] }])),
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  const text = (key: string, values: Values = {}): string => instance.t(key, values);
  // Causes speak of portal and machine, and do without where they are `none`.
  const ofCause = (key: string, portal: string | null) => text(key, { portal: portal ?? "none", machine: "none" });
  return {
    text,
    problem: ({ key, values }) => text(`problems.${key}`, values),
    warning: ({ warning, values }) => text(`warnings.${warning}`, values),
    headline: (cause, portal) => ofCause(`causes.${cause}.headline`, portal),
    advice: (cause, portal) => ofCause(`causes.${cause}.advice`, portal),
  };
}
