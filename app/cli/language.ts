import { languages } from "../../contract/constants.ts";

/** A language that every text exists in. */
export type Language = (typeof languages)[number];

/** Whether `word` names one of our languages. */
export function isLanguage(word: string): word is Language {
  return languages.some((language) => language === word);
}

/**
 * The language to speak: `--language` where it is given and known, else what the environment asks for (LANGUAGE, then LC_ALL,
 * LC_MESSAGES, LANG: locale(7), gettext), else English. Read before the command line is parsed, because its errors are texts too.
 */
export function languageOf(words: readonly string[], environment: Readonly<NodeJS.ProcessEnv>): Language {
  const wishes = [optionOf(words), ...wishesOf(environment)];
  return wishes.map((wish) => wish.slice(0, 2).toLowerCase()).find(isLanguage) ?? languages[0];
}

function optionOf(words: readonly string[]): string {
  const end = words.indexOf("--");
  const options = end < 0 ? words : words.slice(0, end);
  const at = options.findLastIndex((word) => word === "--language" || word.startsWith("--language="));
  return options[at]?.split("=")[1] ?? options[at + 1] ?? "";
}

function wishesOf(environment: Readonly<NodeJS.ProcessEnv>): readonly string[] {
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || "";
  // gettext: a locale of C or POSIX says "no translation", whatever LANGUAGE holds.
  if (/^(C|POSIX)(\.|$)/.test(locale)) return [];
  return [...(environment.LANGUAGE ?? "").split(":"), locale];
}
