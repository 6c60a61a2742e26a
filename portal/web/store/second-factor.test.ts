import { Secret, TOTP } from "otpauth";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testStore } from "../testing/portal.ts";
import { addAccount } from "./accounts.ts";
import { redeemTotpCode } from "./second-factor.ts";
import { addUser } from "./users.ts";

describe("a second factor", () => {
  let parts: Awaited<ReturnType<typeof testStore>>;
  let user: string;
  let secret: string;
  beforeEach(async () => {
    parts = await testStore();
    await addAccount(parts.admin, "Nordwerk");
    const added = await addUser(parts.admin, "Nordwerk", "anna", "kvarnsten ligger still", "totp");
    user = added.user.id;
    secret = added.secondFactor?.secret ?? "";
  });
  afterEach(() => parts.remove());

  const codeAt = (ms: number) => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: ms });
  const redeem = (code: string) => redeemTotpCode(parts.store.db, user, code, parts.clock.now());

  it("takes the code of now, one step early and one late", async () => {
    for (const offset of [-30_000, 0, 30_000]) {
      parts.clock.pass(300_000);
      expect(await redeem(codeAt(parts.clock.now() + offset))).toBe(true);
    }
    expect(await redeem(codeAt(parts.clock.now() - 90_000))).toBe(false);
    expect(await redeem(codeAt(parts.clock.now() + 90_000))).toBe(false);
    expect(await redeem("000000x")).toBe(false);
  });

  it("takes a code once, also when it comes twice at the same time", async () => {
    const code = codeAt(parts.clock.now());
    const both = await Promise.all([redeem(code), redeem(code)]);
    expect(both.toSorted()).toEqual([false, true]);
    expect(await redeem(code)).toBe(false);
    parts.clock.pass(30_000);
    expect(await redeem(code)).toBe(false);
  });

  it("takes no older code after a newer one", async () => {
    expect(await redeem(codeAt(parts.clock.now()))).toBe(true);
    expect(await redeem(codeAt(parts.clock.now() - 30_000))).toBe(false);
  });

  it("reads a code that was typed with a blank", async () => {
    const code = codeAt(parts.clock.now());
    expect(await redeem(`${code.slice(0, 3)} ${code.slice(3)}`)).toBe(true);
  });
});
