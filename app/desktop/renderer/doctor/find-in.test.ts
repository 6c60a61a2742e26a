import { expect, test } from "vitest";
import { placesOf } from "./find-in.ts";

test("a text is searched without regard to capitals, up to a number of places", () => {
  expect(placesOf("Echo echo ECHO", "echo", 9)).toEqual([0, 5, 10]);
  expect(placesOf("Echo echo ECHO", "echo", 2)).toEqual([0, 5]);
  expect(placesOf("anything", "", 9)).toEqual([]);
});

test("letters that grow when they are made small move no place", () => {
  expect(placesOf("İİ echo", "echo", 9)).toEqual([3]);
});
