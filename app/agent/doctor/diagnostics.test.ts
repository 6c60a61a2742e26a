import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { password, World } from "../testing/world.ts";
import { redactedJson, scrub } from "./redaction.ts";

// A whole agent with TLS and processes, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let world: World;
beforeEach(async () => {
  world = await World.begin();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

async function diagnostics(): Promise<{ readonly name: string; readonly text: string }> {
  const result = await world.ask({ type: "diagnostics" });
  if (result.type !== "diagnostics") throw new Error(result.type);
  return result;
}

/** Something that must never leave, in a log line that no pattern recognises. */
const leak = (text: string) =>
  appendFile(
    join(world.folder, "state", "agent.log"),
    `${JSON.stringify({ level: "warn", time: "2026-11-21T12:00:00.000Z", msg: `odd: ${text} end` })}\n`,
  );

describe("what support sees", () => {
  test("says what it is about", async () => {
    await world.connect();
    const { name, text } = await diagnostics();
    expect(name).toMatch(/^anslut-diagnostics-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.txt$/);
    for (const part of ["== Versions", "== State", "== Settings", "== Policy", "== Network", "== Log"]) {
      expect(text).toContain(part);
    }
    expect(text).toContain('"state": "ready"');
    expect(text).toContain('"openvpn": "2.6"');
    expect(text).toContain("portal.test");
  });

  test("works without a portal and without a helper", async () => {
    world.helper.drop();
    expect((await diagnostics()).text).toContain("== Log");
  });

  test.each([
    ["the session's token", "session-token"],
    ["a remembered device's token", "device-token-ä+/="],
    ["a proxy's password", 'prox"y p+ss\\wörd'],
    ["a proxy's password in its URL", encodeURIComponent('prox"y p+ss\\wörd')],
    ["a proxy's name and password as they are sent", Buffer.from('anna:prox"y p+ss\\wörd').toString("base64")],
    ["a bearer", "Authorization: Bearer abc.def"],
    ["a one-time password of a tunnel", 'password="one-time"'],
    [
      "a key",
      "-----BEGIN OpenVPN tls-crypt-v2 client key-----\nKEYKEYKEY\n-----END OpenVPN tls-crypt-v2 client key-----",
    ],
  ])("never is %s, wherever it stands", async (_, secret) => {
    world.portal.on["POST /login"] = () => world.portal.signedIn({ deviceToken: "device-token-ä+/=" });
    await world.addPortal();
    await world.ask({
      type: "setProxy",
      setting: { mode: "manual", host: "proxy.office", port: 3128 },
      credentials: { username: "anna", password: 'prox"y p+ss\\wörd' },
    });
    await world.ask({ type: "login", ...password, remember: true });
    await leak(secret);
    const { text } = await diagnostics();
    expect(text).toContain("odd: ");
    for (const planted of ["session-token", "device-token-ä", "wörd", "w%C3%B6rd", "abc.def", "one-time", "KEYKEY"]) {
      expect(text).not.toContain(planted);
    }
    expect(text).not.toContain(Buffer.from('anna:prox"y p+ss\\wörd').toString("base64"));
  });

  test("never is a password or a code that is just being used", async () => {
    world.portal.on["POST /login"] = () => ({
      next: "secondFactor",
      pending: "pending-login-1",
      expires: new Date(Date.now() + 300_000).toISOString(),
    });
    await world.addPortal();
    await world.ask({ type: "login", ...password, password: "correct horse" });
    await leak("correct horse pending-login-1");
    const { text } = await diagnostics();
    expect(text).not.toContain("correct horse");
    expect(text).not.toContain("pending-login-1");
  });

  test("never is a password in the address of a PAC file", async () => {
    const source = "http://anna:hunter22@wpad.office/wpad.dat";
    await world.ask({ type: "setProxy", setting: { mode: "pac", source }, credentials: null });
    expect((await diagnostics()).text).not.toContain("hunter22");
  });

  test("fits what a window can save, the last lines of the log first", async () => {
    for (let line = 0; line < 400; line++) world.agent.store.dispatch({ type: "woke" });
    for (let line = 0; line < 300; line++) await leak(`${line} ${"x".repeat(3800)}`);
    const { text } = await diagnostics();
    expect(text.length).toBeLessThanOrEqual(500_000);
    expect(text).toContain("odd: 299 x");
    expect(text).not.toContain("odd: 3 x");
  });
});

test("a field named like a secret is taken out, and one that only says whether there is one is not", () => {
  const shown = redactedJson({ password: "hunter2", credentials: true, token: null, key: { a: 1 }, name: "x" });
  expect(JSON.parse(shown)).toEqual({
    password: "[removed]",
    credentials: true,
    token: null,
    key: "[removed]",
    name: "x",
  });
});

test("short secrets are not looked for, long ones in all their spellings", () => {
  expect(scrub("a cat in a hat", ["cat"])).toBe("a cat in a hat");
  const secret = 'p+ss "wörd"';
  const spelt = [secret, JSON.stringify(secret), encodeURIComponent(secret), Buffer.from(secret).toString("hex")];
  expect(scrub(spelt.join(" "), [secret])).toBe('[removed] "[removed]" [removed] [removed]');
});
