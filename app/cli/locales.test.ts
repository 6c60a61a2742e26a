import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { IntlMessageFormat } from "intl-messageformat";
import { describe, expect, test } from "vitest";
import { causes } from "../../contract/causes.ts";
import { languages } from "../../contract/constants.ts";
import { loadTexts } from "./texts.ts";

// One catalogue for window, tray, command line and agent: resources/locales. The portal's pages have files of their own.

const root = join(import.meta.dirname, "..", "..");
type Catalogue = ReadonlyMap<string, string>;

const catalogues: ReadonlyMap<string, Catalogue> = new Map(
  languages.map((language) => {
    const text = readFileSync(join(root, "resources", "locales", `${language}.json`), "utf8");
    return [language, new Map(leaves(JSON.parse(text), ""))] as const;
  }),
);
const english = catalogues.get("en") ?? new Map<string, string>();

describe.each([...catalogues])("the texts in %s", (_, catalogue) => {
  test("are those that there are in English, in the same order", () => {
    expect([...catalogue.keys()]).toEqual([...english.keys()]);
  });

  test("name the same values as in English", () => {
    const differing = [...catalogue].filter(
      ([key, text]) => valuesOf(text).join() !== valuesOf(english.get(key) ?? "").join(),
    );
    expect(differing).toEqual([]);
  });

  test("are not empty and have no blanks in the wrong places", () => {
    const wrong = [...catalogue].filter(([key, text]) => {
      const asks = key.startsWith("cli.ask.") || key === "cli.portal.confirm";
      return (
        text === "" || / {2}(?!\S+ {2,})/.test(text.replaceAll(/\n {2}.*/g, "")) || (!asks && text !== text.trim())
      );
    });
    expect(wrong).toEqual([]);
  });

  test("use typographic quotes and apostrophes, because a straight one is syntax to ICU", () => {
    expect([...catalogue].filter(([, text]) => /['"<>]/.test(text.replaceAll("<(anslut", "")))).toEqual([]);
  });
});

describe("each cause", () => {
  test("has a headline and an advice, and nothing else has", () => {
    const expected = causes.flatMap((cause) => [`causes.${cause}.headline`, `causes.${cause}.advice`]);
    expect([...english.keys()].filter((key) => key.startsWith("causes.")).sort()).toEqual(expected.toSorted());
  });

  test("has a headline that is one sentence, and an advice that is more than the headline again", () => {
    for (const [language, catalogue] of catalogues) {
      for (const cause of causes) {
        const headline = catalogue.get(`causes.${cause}.headline`) ?? "";
        const advice = catalogue.get(`causes.${cause}.advice`) ?? "";
        expect(`${language} ${headline}`).toMatch(/[.}]$/);
        expect(`${language} ${advice}`).toMatch(/[.]$/);
        expect(advice).not.toBe(headline);
      }
    }
  });

  test("names at most the portal and the machine, and can do without", async () => {
    for (const language of languages) {
      const { say } = await loadTexts(language);
      for (const cause of causes) {
        for (const part of ["headline", "advice"] as const) {
          const key = `causes.${cause}.${part}` as const;
          expect(valuesOf(english.get(key) ?? "").filter((value) => value !== "portal" && value !== "machine")).toEqual(
            [],
          );
          expect(say(key, { portal: "none", machine: "none" })).not.toMatch(/none|[{}]/);
        }
      }
    }
  });
});

test("every text is used by somebody", () => {
  const sources = ["app", "portal", "router", "ui"].flatMap((folder) => sourcesBelow(join(root, folder)));
  // A key is written out, or it is begun in a template: `causes.${cause}.headline`, `states.session.${state}`.
  const whole = new Set<string>();
  const patterns = new Set<string>();
  for (const source of sources) {
    for (const [, , key = ""] of source.matchAll(/(["'`])([a-z]\w*(?:\.(?:\w+|\$\{[^}]*\}))+)\1/gi)) {
      if (key.includes("${")) patterns.add(key.replace(/\$\{[^}]*\}/g, "\\w+").replaceAll(".", "\\."));
      else whole.add(key);
    }
  }
  const isUsed = (key: string) =>
    whole.has(key) || [...patterns].some((pattern) => new RegExp(`^${pattern}$`).test(key));
  // The page for the customer's IT is the agent's; it builds its keys itself.
  const unused = [...english.keys()].filter((key) => !key.startsWith("page.") && !isUsed(key));
  expect(unused).toEqual([]);
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
