import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { causes } from "./causes.ts";
import { languages } from "./constants.ts";
import { statusOf } from "./portal.ts";

test.each(languages)("every cause has a headline and an advice in %s, and none more has", (language) => {
  const path = join(import.meta.dirname, "..", "resources", "locales", `${language}.json`);
  const catalogue: unknown = JSON.parse(readFileSync(path, "utf8"));
  const texts = { headline: expect.stringMatching(/\S/), advice: expect.stringMatching(/\S/) };
  expect(catalogue).toHaveProperty("causes", Object.fromEntries(causes.map((cause) => [cause, texts])));
});

test("no cause stands in the list twice", () => {
  expect(new Set(causes).size).toBe(causes.length);
});

test("what a stranger may cause while signing in cannot be told apart by its status", () => {
  const statuses = (["credentialsRefused", "codeRefused", "loginExpired", "enrolmentRefused"] as const).map(statusOf);
  expect(statuses).toEqual([401, 401, 401, 401]);
});

test("every refusal has the status of an error", () => {
  expect(causes.map(statusOf).filter((status) => status < 400 || status > 599)).toEqual([]);
});
