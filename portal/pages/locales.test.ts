import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { IntlMessageFormat } from "intl-messageformat";
import { describe, expect, it } from "vitest";
import { languages } from "../../contract/constants.ts";

const root = join(import.meta.dirname, "..", "..");
const catalogues = new Map(
  languages.map((language) => {
    const text = readFileSync(join(root, "resources", "locales", `pages.${language}.json`), "utf8");
    return [language, new Map(leaves(JSON.parse(text), ""))] as const;
  }),
);
const english = catalogues.get("en") ?? new Map<string, string>();

describe.each([...catalogues])("the pages' texts in %s", (_, catalogue) => {
  it("are those that there are in English, in the same order", () => {
    expect([...catalogue.keys()]).toEqual([...english.keys()]);
  });

  it("name the same values as in English", () => {
    const differing = [...catalogue].filter(
      ([key, text]) => valuesOf(text).join() !== valuesOf(english.get(key) ?? "").join(),
    );
    expect(differing).toEqual([]);
  });

  it("are not empty, and have typographic quotes and no blanks around", () => {
    const wrong = [...catalogue].filter(([, text]) => text === "" || text !== text.trim() || /['"<>]| {2}/.test(text));
    expect(wrong).toEqual([]);
  });
});

it("every text of the pages is used, and every text that is used is there", () => {
  const sources = ["portal/pages", "ui"].flatMap((folder) => sourcesBelow(join(root, folder)));
  const asked = sources.flatMap((source) => [...source.matchAll(/\bt\(\s*(["`])((?:\$\{[^}]*\}|[\w.])+)\1/g)]);
  const choices = sources.flatMap((source) =>
    [...source.matchAll(/[?:(]\s*"((?:\w+\.)+\w+)"/g)].map(([, key]) => key ?? ""),
  );
  const patterns = asked.map(([, , key = ""]) => key.replace(/\$\{[^}]*\}/g, "\\w+").replaceAll(".", "\\."));
  const used = [...patterns, ...choices.map((key) => key.replaceAll(".", "\\."))].map((key) => new RegExp(`^${key}$`));
  const unused = [...english.keys()].filter((key) => !used.some((pattern) => pattern.test(key)));
  expect(unused).toEqual([]);
  const missing = patterns.filter(
    (pattern) =>
      !pattern.startsWith("causes") && ![...english.keys()].some((key) => new RegExp(`^${pattern}$`).test(key)),
  );
  expect(missing).toEqual([]);
});

function leaves(node: unknown, path: string): readonly (readonly [string, string])[] {
  if (typeof node === "string") return [[path, node]];
  if (typeof node !== "object" || node === null) throw new Error(`${path} is neither text nor group`);
  return Object.entries(node).flatMap(([key, child]) => leaves(child, path === "" ? key : `${path}.${key}`));
}

/** Names of the values in a message, sorted. Throws where it is no ICU message. */
function valuesOf(message: string): readonly string[] {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const item of node) visit(item);
    else if (typeof node === "object" && node !== null) {
      const { type, value } = node as { readonly type?: number; readonly value?: unknown };
      // Types 1 to 6 of @formatjs's parser are argument, number, date, time, select, plural.
      if (type !== undefined && type >= 1 && type <= 6 && typeof value === "string") names.add(value);
      for (const child of Object.values(node)) visit(child);
    }
  };
  visit(new IntlMessageFormat(message, "en").getAst());
  return [...names].sort();
}

function sourcesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.test)\.tsx?$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}
