import { expect, test } from "vitest";
import { placeOf, samePlace } from "./place.ts";

test("a place is whole pixels that lie within the area", () => {
  expect(placeOf({ left: 95.4, top: 64.5, right: 1279.9, bottom: 800 })).toEqual({
    x: 96,
    y: 65,
    width: 1183,
    height: 735,
  });
});

test("without room there is no place", () => {
  expect(placeOf({ left: 10, top: 10, right: 10.5, bottom: 400 })).toBeNull();
});

test("two places are the same by their numbers", () => {
  const place = { x: 1, y: 2, width: 3, height: 4 };
  expect(samePlace(place, { ...place })).toBe(true);
  expect(samePlace(place, { ...place, height: 5 })).toBe(false);
  expect(samePlace(place, null)).toBe(false);
});
