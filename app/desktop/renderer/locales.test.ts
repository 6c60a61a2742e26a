import { globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { IntlMessageFormat } from "intl-messageformat";
import { describe, expect, test } from "vitest";
import { languages } from "../../../contract/constants.ts";

// The window's own texts: `desktop` is the frame's, `panels` the places' in it. What it shares with the command line is tested there.

const locales = join(import.meta.dirname, "..", "..", "..", "resources", "locales");
const files = ["desktop", "panels"] as const;

const texts = new Map(
  files.flatMap((file) =>
    languages.map((language) => {
      const text = readFileSync(join(locales, `${file}.${language}.json`), "utf8");
      return [`${file}.${language}`, new Map(leaves(JSON.parse(text), ""))] as const;
    }),
  ),
);
const keysOf = (name: Parameters<typeof texts.get>[0]): readonly string[] => [...(texts.get(name)?.keys() ?? [])];
const shared = JSON.parse(readFileSync(join(locales, "en.json"), "utf8")) as object;
const sharedKeys = [...leaves(shared, "")].map(([key]) => key);
const sources = globSync("**/*.{ts,tsx}", { cwd: import.meta.dirname })
  .filter((path) => !/\.test\.tsx?$/.test(path) && !path.startsWith("testing/"))
  .map((path) => readFileSync(join(import.meta.dirname, path), "utf8"));
const code = [
  ...sources,
  ...readdirSync(join(import.meta.dirname, "..", "..", "..", "ui"))
    .filter((name) => name.endsWith(".tsx"))
    .map((name) => readFileSync(join(import.meta.dirname, "..", "..", "..", "ui", name), "utf8")),
].join("\n");

/** Keys written out in the code, and patterns for those that are put together there: `desktop.places.${place}`. */
const written = [...code.matchAll(/["`]((?:desktop|panels|states|checks|causes|verdicts)\.[^"`]+?)["`]/g)].map(
  ([, key]) => key ?? "",
);
const whole = written.filter((key) => !key.includes("${"));
const patterns = written
  .filter((key) => key.includes("${"))
  .map((key) => new RegExp(`^${key.replaceAll(".", "\\.").replaceAll(/\$\{[^}]*\}/g, "[\\w.]+")}$`));

describe.each(files)("the texts of %s", (file) => {
  test("are the same in every language, in the same order", () => {
    for (const language of languages) expect(keysOf(`${file}.${language}`)).toEqual(keysOf(`${file}.en`));
  });

  test("name the same values in every language, and are well formed", () => {
    for (const language of languages) {
      const differing = [...(texts.get(`${file}.${language}`) ?? [])].filter(
        ([key, text]) => valuesOf(text).join() !== valuesOf(texts.get(`${file}.en`)?.get(key) ?? "").join(),
      );
      expect(differing).toEqual([]);
    }
  });

  test("are not empty, have no blanks at their ends, and no straight quotes, which are syntax to ICU", () => {
    for (const language of languages) {
      const wrong = [...(texts.get(`${file}.${language}`) ?? [])].filter(
        ([, text]) => text === "" || text !== text.trim() || /['"]/.test(text),
      );
      expect(wrong).toEqual([]);
    }
  });

  test("are all used", () => {
    const unused = keysOf(`${file}.en`).filter(
      (key) => !whole.includes(key) && !patterns.some((pattern) => pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });
});

test("every text that the window asks for is there", () => {
  const known = [...keysOf("desktop.en"), ...keysOf("panels.en"), ...sharedKeys];
  expect(whole.filter((key) => !known.includes(key))).toEqual([]);
  expect(patterns.filter((pattern) => !known.some((key) => pattern.test(key)))).toEqual([]);
});

test("the two files do not share a section", () => {
  const sections = (name: Parameters<typeof texts.get>[0]) => new Set(keysOf(name).map((key) => key.split(".")[0]));
  expect([...sections("desktop.en").intersection(sections("panels.en"))]).toEqual([]);
});

function* leaves(value: unknown, path: string): Generator<readonly [string, string]> {
  if (typeof value === "string") yield [path, value];
  else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) yield* leaves(inner, path === "" ? key : `${path}.${key}`);
  }
}

/** Names of the values that a text takes. */
function valuesOf(text: string): readonly string[] {
  const names = new Set<string>();
  const visit = (elements: ReturnType<IntlMessageFormat["getAst"]>): void => {
    for (const element of elements) {
      if ("value" in element && element.type !== 0) names.add(String(element.value));
      if ("options" in element) for (const option of Object.values(element.options)) visit(option.value);
    }
  };
  visit(new IntlMessageFormat(text, "en").getAst());
  return [...names].sort();
}
