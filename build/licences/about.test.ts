import { expect, test } from "vitest";
import { decodeAbout } from "../../contract/window.ts";
import { aboutOf } from "./about.ts";
import { licenceOf } from "./licence.ts";

test("what the program consists of is listed whole, each part with its licence", async () => {
  const { licences } = decodeAbout(await aboutOf("1.2.3"));
  const names = licences.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["react", "electron", "OpenVPN", "github.com/vishvananda/netlink"]));
  expect(licences.filter(({ licence }) => licence === "")).toEqual([]);
  expect(names).not.toContain("vitest");
});

test.each([
  ["Permission is hereby granted, free of charge, to any person", "MIT"],
  ["Redistribution and use in source and binary forms …\nNeither the name of the copyright holder", "BSD-3-Clause"],
  ["Redistribution and use in source and binary forms", "BSD-2-Clause"],
  ["Licensed under the Apache License, Version 2.0", "Apache-2.0"],
  ["All rights reserved.", ""],
])("%s", (text, name) => {
  expect(licenceOf(text)).toBe(name);
});
