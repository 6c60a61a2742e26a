import { expect, test } from "vitest";
import { linkNames } from "../../../contract/window.ts";
import { linkAddress, namedLinks } from "./links.ts";

test("a link is an https address or none", () => {
  for (const name of linkNames) expect(linkAddress(name) ?? "https://").toMatch(/^https:\/\//);
});

test.each([
  ["https://docs.example/proxies", "https://docs.example/proxies"],
  ["http://docs.example/", null],
  ["file:///etc/passwd", null],
  ["javascript:alert(1)", null],
  ["not an address", null],
  [null, null],
])("%s", (address, opened) => {
  expect(linkAddress("documentation", { documentation: address, proxies: null, support: null })).toBe(opened);
});

test("only links that lead somewhere are offered", () => {
  expect(
    namedLinks({ documentation: "https://docs.example/", proxies: null, support: "mailto:help@docs.example" }),
  ).toEqual(["documentation"]);
});
