import i18next from "i18next";
import ICU from "i18next-icu";
import de from "../../resources/locales/portal.de.json" with { type: "json" };
import en from "../../resources/locales/portal.en.json" with { type: "json" };
import sv from "../../resources/locales/portal.sv.json" with { type: "json" };

export type TextValues = Readonly<Record<string, string | number>>;
/** The sentence behind a key under `portalCli`, in the language of the terminal. */
export type Texts = (key: string, values?: TextValues) => string;

/** `locale` as in LANG: `sv_SE.UTF-8`. What is neither German nor Swedish is English. */
export async function textsFor(locale: string): Promise<Texts> {
  const instance = i18next.createInstance().use(ICU);
  const translate = await instance.init({
    lng: locale.slice(0, 2).toLowerCase(),
    fallbackLng: "en",
    supportedLngs: ["en", "de", "sv"],
    resources: { de: { translation: de }, en: { translation: en }, sv: { translation: sv } },
  });
  return (key, values = {}) => translate(`portalCli.${key}`, { ...values });
}

/** The locale that POSIX programs go by. */
export function localeOf(environment: Readonly<Record<string, string | undefined>>): string {
  return environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || "en";
}
