import { createInstance } from "i18next";
import ICU from "i18next-icu";
import type { Cause } from "../../contract/causes.ts";
import type { Language } from "./language.ts";

type Leaf<Node> = Node extends string
  ? ""
  : {
      readonly [Key in keyof Node & string]: Leaf<Node[Key]> extends "" ? Key : `${Key}.${Leaf<Node[Key]>}`;
    }[keyof Node & string];

type Catalogue = Awaited<ReturnType<(typeof catalogues)["en"]>>["default"];

/** Every text there is: a wrong key does not compile. */
export type TextKey = Leaf<Catalogue>;

/** What stands for the braces of a text. */
export type TextValues = Readonly<Record<string, string | number>>;

/** Texts of one language, from resources/locales. */
export interface Texts {
  readonly language: Language;
  /** The text of a key, with its braces filled (ICU MessageFormat). */
  readonly say: (key: TextKey, values?: TextValues) => string;
}

/** What the text of a cause may name; what is not known reads as "the portal", "the machine". */
export interface Known {
  readonly portal?: string | undefined;
  readonly machine?: string | undefined;
}

/** Headline and advice of a cause. */
export function causeTexts(texts: Texts, cause: Cause, known: Known = {}) {
  const values = { portal: known.portal ?? "none", machine: known.machine ?? "none" };
  return {
    headline: texts.say(`causes.${cause}.headline`, values),
    advice: texts.say(`causes.${cause}.advice`, values),
  };
}

// Only the language that is spoken is parsed. There is no fallback: a test keeps all languages equal.
const catalogues = {
  en: () => import("../../resources/locales/en.json", { with: { type: "json" } }),
  de: () => import("../../resources/locales/de.json", { with: { type: "json" } }),
  sv: () => import("../../resources/locales/sv.json", { with: { type: "json" } }),
} as const;

/** Reads the texts of one language. */
export async function loadTexts(language: Language): Promise<Texts> {
  const { default: catalogue } = await catalogues[language]();
  const i18n = createInstance();
  await i18n.use(ICU).init({ lng: language, resources: { [language]: { translation: catalogue } } });
  return { language, say: (key, values = {}) => i18n.t(key, values) };
}
