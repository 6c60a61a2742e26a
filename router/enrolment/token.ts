import type { Readable } from "node:stream";
import { misuse } from "../problem.ts";

const maxBytes = 1024;

/** The one-time token: one line on standard input. Throws RouterProblem where there is none, or more than a token. */
export async function readToken(input: Readable): Promise<string> {
  let text = "";
  for await (const chunk of input.setEncoding("utf8")) {
    text += String(chunk);
    if (text.length > maxBytes + 2) throw misuse("tokenBad");
  }
  const token = text.trim();
  if (token === "") throw misuse("tokenMissing");
  if (token.length > maxBytes || /\s/.test(token)) throw misuse("tokenBad");
  return token;
}
