import { describe, expect, it } from "vitest";
import { checkPassword, hashPassword, newPassword, verifyPassword } from "./passwords.ts";
import { Problem } from "./problem.ts";

describe("passwords", () => {
  it("are kept as argon2id with a salt of their own, and recognised", async () => {
    const [one, other] = await Promise.all([hashPassword("gear box + 17"), hashPassword("gear box + 17")]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(other);
    expect(await verifyPassword("gear box + 17", one)).toBe(true);
    expect(await verifyPassword("gear box   17", one)).toBe(false);
  });

  it("are the same however the keyboard composed them", async () => {
    expect(await verifyPassword("Sma\u030al\u0308and regnar", await hashPassword("Sm\u00e5l\u0308and regnar"))).toBe(
      true,
    );
  });

  it.each([
    ["short", "passwordShort"],
    ["elevenchars", "passwordShort"],
    ["x".repeat(1025), "passwordLong"],
    ["nordwerk-anna-1", "passwordName"],
    ["NordwerkNordwerk", "passwordName"],
    ["passwordpassword", "passwordCommon"],
    ["Fernwartung 123", "passwordCommon"],
    ["aaaaaaaaaaaaaaaa", "passwordCommon"],
  ])("%j is refused: %s", (password, key) => {
    const refused = () => checkPassword(password, "Nordwerk", "anna");
    expect(refused).toThrow(Problem);
    expect(refused).toThrow(key);
  });

  it.each(["kvarnsten ligger still", "correct + horse + 17", "пароль для станка", "aaaaabbbbbcde"])(
    "%j is fine: no rule of composition",
    (password) => expect(() => checkPassword(password, "Nordwerk", "anna")).not.toThrow(),
  );

  it("that are drawn follow the rules", () => {
    const drawn = Array.from({ length: 50 }, newPassword);
    for (const password of drawn) expect(() => checkPassword(password, "Nordwerk", "anna")).not.toThrow();
    expect(new Set(drawn).size).toBe(50);
  });
});
