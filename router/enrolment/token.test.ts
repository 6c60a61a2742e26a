import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { readToken } from "./token.ts";

test("a token is a line, in pieces or whole", async () => {
  expect(await readToken(Readable.from(["b25lL", "XRpbWU\n"]))).toBe("b25lLXRpbWU");
});

test.each([
  ["nothing", "", "tokenMissing"],
  ["blanks", " \n\n", "tokenMissing"],
  ["two lines", "one\ntwo\n", "tokenBad"],
  ["a file by mistake", "x".repeat(100_000), "tokenBad"],
])("%s is none", async (_, text, key) => {
  await expect(readToken(Readable.from([text]))).rejects.toMatchObject({ key, exitCode: 2 });
});
