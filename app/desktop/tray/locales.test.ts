import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { languages } from "../../../contract/constants.ts";
import { languageFor } from "./texts.ts";

const root = join(import.meta.dirname, "..", "..", "..");

function catalogue(language: string): ReadonlyMap<string, string> {
  const read = readFileSync(join(root, "resources", "locales", `shell.${language}.json`), "utf8");
  return new Map(leaves(JSON.parse(read), ""));
}

function leaves(node: unknown, path: string): readonly (readonly [string, string])[] {
  if (typeof node === "string") return [[path, node]];
  return Object.entries(node as object).flatMap(([key, child]) => leaves(child, path === "" ? key : `${path}.${key}`));
}

const names = (text: string): readonly string[] => [...text.matchAll(/\{(\w+)/g)].map(([, name = ""]) => name).sort();
const english = catalogue("en");

describe.each(languages)("the shell's texts in %s", (language) => {
  const texts = catalogue(language);

  test("are those that there are in English, in the same order, with the same values", () => {
    expect([...texts.keys()]).toEqual([...english.keys()]);
    for (const [key, text] of texts) expect([key, names(text)]).toEqual([key, names(english.get(key) ?? "")]);
  });

  test("have no straight quotes, which are syntax to ICU, and no blanks at their ends", () => {
    expect([...texts.values()].filter((text) => /['"<>]/.test(text) || text !== text.trim() || text === "")).toEqual(
      [],
    );
  });
});

test("every text is used by somebody", () => {
  const sources = ["tray", "main"].flatMap((folder) => {
    const path = join(root, "app", "desktop", folder);
    return readdirSync(path)
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => readFileSync(join(path, name), "utf8"));
  });
  expect([...english.keys()].filter((key) => !sources.some((source) => source.includes(`"${key}"`)))).toEqual([]);
});

test("the language is the person's choice, else the system's first that there is, else English", () => {
  expect(languageFor("sv", ["de-DE"])).toBe("sv");
  expect(languageFor(null, ["fr-FR", "de-AT", "en-GB"])).toBe("de");
  expect(languageFor(null, ["fr-FR"])).toBe("en");
});
