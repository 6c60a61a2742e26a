import { describe, expect, test } from "vitest";
import { findViolations } from "./import-check.ts";

function check(path: string, text: string): readonly string[] {
  return findViolations({ path, text });
}

describe("the import table", () => {
  test("refuses a module of Node in the pure core and names the file, the line and what is allowed", () => {
    expect(
      check("app/core/session.ts", 'import { x } from "./x.ts";\nimport { readFile } from "node:fs/promises";'),
    ).toEqual([
      'app/core/session.ts:2: imports "node:fs/promises"; app/core may import, besides its own files, only contract.',
    ]);
  });

  test.each([
    ["a package the area does not list", "portal/exchange/main.ts", 'import { pino } from "pino";'],
    ["an area the area does not list", "app/cli/main.ts", 'import { x } from "../dial/x.ts";'],
    ["a type, which is an import as well", "app/core/x.ts", 'import type { Socket } from "node:net";'],
    ["a re-export", "contract/x.ts", 'export { x } from "../app/core/x.ts";'],
    ["a dynamic import", "portal/front/x.ts", 'const x = await import("../web/x.ts");'],
    ["require", "app/core/x.ts", 'const fs = require("fs");'],
    [
      "a wire that is none of the pages' business",
      "portal/pages/x.ts",
      'import { x } from "../../contract/helper.ts";',
    ],
    ["a file of web outside its store", "portal/cli/x.ts", 'import { x } from "../web/server.ts";'],
    ["a file outside the repository", "app/core/x.ts", 'import { x } from "../../../elsewhere.ts";'],
    ["a package of tests in the program itself", "app/core/x.ts", 'import { test } from "vitest";'],
    ["a folder with a longer name that begins alike", "app/core/x.ts", 'import { x } from "../../contracts/x.ts";'],
  ])("refuses %s", (_, path, text) => {
    expect(check(path, text)).toHaveLength(1);
  });

  test.each([
    ["its own folder", "app/core/a/x.ts", 'import { y } from "../b/y.ts";'],
    ["what the table lists", "app/agent/x.ts", 'import { Entry } from "@napi-rs/keyring";\nimport "../dial/x.ts";'],
    ["a file inside a package", "contract/x.ts", 'import { Compile } from "typebox/compile";'],
    ["test packages and Node in a test beside the code", "app/core/x.test.ts", 'import "vitest";\nimport "node:fs";'],
    ["everything in test/", "test/lab/x.ts", 'import "../../portal/web/main.ts";\nimport "playwright-core";'],
    ["a tool in its configuration", "portal/pages/vite.config.ts", 'import { defineConfig } from "vite";'],
    ["the store of web in the portal's CLI", "portal/cli/x.ts", 'import { x } from "../web/store/x.ts";'],
  ])("allows %s", (_, path, text) => {
    expect(check(path, text)).toEqual([]);
  });

  test("refuses a file that lies in no area", () => {
    expect(check("src/x.ts", "")).toEqual(["src/x.ts: belongs to no area of test/architecture/import-table.ts."]);
  });
});

describe("names", () => {
  test("refuses folders that say the kind", () => {
    expect(check("app/agent/utils/x.ts", "")).toEqual([
      'app/agent/utils/x.ts: a folder is named after its topic, not its kind ("utils").',
    ]);
  });

  test("refuses files that are not kebab-case", () => {
    expect(check("app/agent/signIn.ts", "")).toEqual(['app/agent/signIn.ts: "signIn.ts" is not kebab-case.']);
  });
});
