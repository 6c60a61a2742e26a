import { languages } from "../../../../ui/texts.ts";

/** Each language in its own name. */
export const languageNames = languages.map((tag) => {
  const name = new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
  return { value: tag, text: name.charAt(0).toUpperCase() + name.slice(1), lang: tag };
});
