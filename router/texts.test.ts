import { describe, expect, test } from "vitest";
import { causes } from "../contract/causes.ts";
import { languages } from "../contract/constants.ts";
import { catalogues } from "./catalogue.ts";
import { RouterProblem } from "./problem.ts";
import { languageOf, loadTexts } from "./texts.ts";

describe("the texts", () => {
  test.each(languages)("of %s have the keys and the values of English", (language) => {
    expect(shapeOf(catalogues[language])).toEqual(shapeOf(catalogues.en));
  });

  test.each(languages)("of %s can all be said", async (language) => {
    const { text, headline, advice } = await loadTexts(language);
    for (const [key, values] of shapeOf(catalogues[language])) {
      if (!key.startsWith("causes."))
        expect(text(key, Object.fromEntries(values.map((name) => [name, "7"])))).not.toMatch(/^$|[{}]/);
    }
    for (const cause of causes)
      expect(headline(cause, null) + advice(cause, "portal.example")).not.toMatch(/[{}]|causes\./);
  });

  test("put values in as they are", async () => {
    const { problem } = await loadTexts("de");
    expect(problem(new RouterProblem("notEnrolled"))).toBe(
      "Dieser Router ist noch nicht angemeldet. Siehe: anslut-router enrol",
    );
    expect(problem(new RouterProblem("diskFault", { path: "/x", detail: "a{b}<c>" }))).toContain("a{b}<c>");
  });

  test.each([
    [{ LANG: "de_DE.UTF-8" }, "de"],
    [{ LC_ALL: "sv_SE", LANG: "de_DE" }, "sv"],
    [{ LC_ALL: "", LANG: "sv" }, "sv"],
    [{ LANG: "C.UTF-8" }, "en"],
    [{ LANG: "den" }, "en"],
    [{}, "en"],
  ])("are in the language of %j", (environment, language) => {
    expect(languageOf(environment)).toBe(language);
  });
});

/** Dotted keys with the names of the values each text takes, in order. */
function shapeOf(catalogue: object, prefix = ""): readonly (readonly [string, readonly string[]])[] {
  return Object.entries(catalogue).flatMap(([name, value]: [string, unknown]) => {
    const key = prefix + name;
    if (typeof value === "object" && value !== null) return shapeOf(value, `${key}.`);
    const values = [...String(value).matchAll(/(?<!\b(?:none|other|0) )\{(\w+)[,}]/g)].map(([, found]) => found ?? "");
    return [[key, [...new Set(values)].sort()]] as const;
  });
}
