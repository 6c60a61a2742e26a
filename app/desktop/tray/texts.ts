import { createInstance } from "i18next";
import ICU from "i18next-icu";
import { languages } from "../../../contract/constants.ts";
import de from "../../../resources/locales/de.json" with { type: "json" };
import en from "../../../resources/locales/en.json" with { type: "json" };
import deShell from "../../../resources/locales/shell.de.json" with { type: "json" };
import enShell from "../../../resources/locales/shell.en.json" with { type: "json" };
import svShell from "../../../resources/locales/shell.sv.json" with { type: "json" };
import sv from "../../../resources/locales/sv.json" with { type: "json" };

/** Texts that the system shows for us: tray, menu, notifications, dialogues. */

export type Language = (typeof languages)[number];

type Leaf<Node> = Node extends string
  ? ""
  : {
      readonly [Key in keyof Node & string]: Leaf<Node[Key]> extends "" ? Key : `${Key}.${Leaf<Node[Key]>}`;
    }[keyof Node & string];

/** Every text there is: a wrong key does not compile. */
export type TextKey = Leaf<typeof enShell & Pick<typeof en, "causes" | "states">>;

export interface Texts {
  readonly language: Language;
  /** The text of a key, with its braces filled (ICU MessageFormat). */
  readonly say: (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;
}

const catalogues = { en: [en, enShell], de: [de, deShell], sv: [sv, svShell] } as const;

/** The texts of one language. */
export function textsIn(language: Language): Texts {
  const i18n = createInstance();
  const translation = Object.assign({}, ...catalogues[language]) as object;
  void i18n.use(ICU).init({ lng: language, resources: { [language]: { translation } }, initAsync: false });
  return { language, say: (key, values = {}) => i18n.t(key, values) };
}

/** The language to speak: the person's choice, else the first of the system's that we know, else English. */
export function languageFor(chosen: Language | null, system: readonly string[]): Language {
  if (chosen !== null) return chosen;
  const tags = system.map((tag) => tag.slice(0, 2).toLowerCase());
  return tags.map((tag) => languages.find((language) => language === tag)).find((found) => found !== undefined) ?? "en";
}
