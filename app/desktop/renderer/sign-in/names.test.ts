import { expect, test } from "vitest";
import { namesAt, noNames, withNames } from "./names.ts";

const last = { account: "acme", user: "anna" };
const typed = { account: "sonnenberg", user: "e.lund" };
const here = { host: "portal.example", last: null };
const there = { host: "second.example", last };

test("who signed in last is filled in, until something is typed there", () => {
  expect(namesAt(noNames, there)).toEqual(last);
  expect(namesAt(withNames(noNames, there.host, typed), there)).toEqual(typed);
  expect(namesAt(withNames(noNames, there.host, { ...last, user: "" }), there)).toEqual({ account: "acme", user: "" });
});

test("what was typed goes along to a portal of which nothing is known, and to no other", () => {
  const names = withNames(noNames, "elsewhere.example", typed);
  expect(namesAt(names, here)).toEqual(typed);
  expect(namesAt(names, there)).toEqual(last);
});
