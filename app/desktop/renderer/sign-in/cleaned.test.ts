import { describe, expect, test } from "vitest";
import { cleanedAddress, cleanedCode, cleanedFingerprint, cleanedName } from "./cleaned.ts";

describe("an address pasted from a mail", () => {
  test.each([
    [" https://portal.example \n", "https://portal.example"],
    ["<portal.example:8443>", "portal.example:8443"],
    ["“portal.example”.", "portal.example"],
    ["portal.\u00adexample", "portal.example"],
    ["por\ntal.example,", "portal.example"],
    ["portal.example.", "portal.example"],
    ["[::1]:8443", "[::1]:8443"],
  ])("%j becomes %j", (pasted, cleaned) => {
    expect(cleanedAddress(pasted)).toBe(cleaned);
  });
});

test("a name loses its line end and keeps its blanks", () => {
  expect(cleanedName("\u200b sonnenberg  brewery\r\n")).toBe("sonnenberg brewery ");
});

test("a code may be grouped, or written in the digits of another keyboard", () => {
  expect(cleanedCode(" 123 456\n")).toBe("123456");
  expect(cleanedCode("１２３-４５６")).toBe("123456");
  expect(cleanedCode("1234567")).toBe("123456");
});

test("a fingerprint may have colons, blanks, capitals and its name before it", () => {
  expect(cleanedFingerprint("SHA256: AB:cd 01\n23")).toBe("abcd0123");
});
