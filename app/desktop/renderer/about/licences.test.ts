import { expect, test } from "vitest";
import { about } from "../testing/panel-scenes.ts";
import { findLicences } from "./licences.ts";

test("parts are found by name and by licence", () => {
  const names = (search: string): readonly string[] => findLicences(about.licences, search).map(({ name }) => name);
  expect(names("react")).toEqual(["react", "react-aria-components"]);
  expect(names("gpl")).toEqual(["openvpn"]);
  expect(names("react mit")).toEqual(["react"]);
});
