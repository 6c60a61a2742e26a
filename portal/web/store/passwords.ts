import { argon2, randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { commonPasswords } from "./common-passwords.ts";
import { nameKey } from "./names.ts";
import { Problem } from "./problem.ts";

const argon2Async = promisify(argon2);

/** OWASP's second choice for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const tagLength = 32;

/** Makes the text that is stored of a password: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await argon2Async("argon2id", { message: normalised(password), nonce, tagLength, ...cost });
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(nonce)}$${base64(tag)}`;
}

/** Whether the password is the one that was hashed. Takes the same time whatever the answer. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(stored);
  if (found === null) throw new Error("a stored password hash cannot be read");
  const [, memory, passes, parallelism, salt = "", hash = ""] = found;
  const wanted = Buffer.from(hash, "base64");
  const tag = await argon2Async("argon2id", {
    message: normalised(password),
    nonce: Buffer.from(salt, "base64"),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: wanted.length,
  });
  return timingSafeEqual(tag, wanted);
}

/** What a password must be: long, not a name of its owner, not on everybody's list. Composition is no rule (NIST SP 800-63B). */
export function checkPassword(password: string, account: string, user: string): void {
  const length = [...password].length;
  if (length < 12) throw new Problem("weakPassword", "passwordShort", { least: 12, length });
  if (password.length > 1024) throw new Problem("weakPassword", "passwordLong");
  const key = nameKey(password);
  const names = [nameKey(account), nameKey(user)].filter((name) => name.length >= 3);
  const bare = names.reduce((rest, name) => rest.replaceAll(name, ""), key);
  if (bare.replace(/[^\p{Letter}\p{Number}]/gu, "").length < 6) throw new Problem("weakPassword", "passwordName");
  if (commonPasswords.has(key.replace(/\s/g, "")) || new Set(key).size < 5) {
    throw new Problem("weakPassword", "passwordCommon");
  }
}

const syllables =
  "ba be bi bo bu da de di do du fa fe fi fo fu ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu "
    .concat("pa pe pi po pu ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo vu")
    .split(" ");

/** A password that can be read out over the telephone: about 75 bits. */
export function newPassword(): string {
  const word = () => Array.from({ length: 3 }, () => syllables[randomInt(syllables.length)]).join("");
  return `${word()}-${word()}-${word()}-${word()}-${randomInt(100, 1000)}`;
}

function normalised(password: string): Buffer {
  return Buffer.from(password.normalize("NFC"));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}
