import { expect, test } from "vitest";
import { wordsOf } from "./hand-over.ts";

test.each([
  ["", null],
  ["#", null],
  ["#elsewhere", null],
  ["#hand-over=c%2Bd%2Fe", { code: "c+d/e", look: null }],
  ["#hand-over=a=b", { code: "a=b", look: null }],
  ["#hand-over=", { code: null, look: null }],
  ["#hand-over=%E0%A4%A", { code: null, look: null }],
  [`#hand-over=${"x".repeat(1025)}`, { code: null, look: null }],
  ["#hand-over=1&language=sv&theme=dark", { code: "1", look: { language: "sv", theme: "dark" } }],
  ["#language=system&theme=contrast", { code: null, look: { language: "system", theme: "contrast" } }],
  ["#hand-over=1&language=xx&theme=dark", { code: "1", look: null }],
  ["#hand-over=1&language=sv&theme=url(x)", { code: "1", look: null }],
])("%s", (hash, words) => {
  expect(wordsOf(hash)).toEqual(words);
});
