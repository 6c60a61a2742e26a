import { expect, test } from "vitest";
import { isProgramKey, type Pressed } from "./menu-keys.ts";

const plain: Pressed = { key: "", ctrlKey: false, metaKey: false, altKey: false };

test.each<[string, Partial<Pressed>, boolean]>([
  ["F1", {}, true],
  ["1", { ctrlKey: true }, true],
  ["6", { ctrlKey: true }, true],
  [",", { ctrlKey: true }, true],
  ["K", { ctrlKey: true }, true],
  ["d", { ctrlKey: true }, true],
  ["1", {}, false],
  ["7", { ctrlKey: true }, false],
  // AltGr types with both.
  ["1", { ctrlKey: true, altKey: true }, false],
  ["c", { ctrlKey: true }, false],
  ["w", { ctrlKey: true }, false],
  ["Enter", { ctrlKey: true }, false],
])("%s with %j is the program's: %s", (key, modifiers, isProgram) => {
  expect(isProgramKey({ ...plain, ...modifiers, key }, false)).toBe(isProgram);
});

test("a Mac has its command key for it", () => {
  expect(isProgramKey({ ...plain, key: "1", metaKey: true }, true)).toBe(true);
  expect(isProgramKey({ ...plain, key: "1", ctrlKey: true }, true)).toBe(false);
});
