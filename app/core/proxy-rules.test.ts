import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isExcluded, parsePacAnswer, parseProxyUrl } from "./proxy-rules.ts";

describe("a proxy's address", () => {
  test.each([
    ["http://proxy.office:3128", { host: "proxy.office", port: 3128, credentials: null }],
    ["proxy.office:3128", { host: "proxy.office", port: 3128, credentials: null }],
    ["http://proxy.office", { host: "proxy.office", port: 80, credentials: null }],
    ["http://proxy.office:3128/", { host: "proxy.office", port: 3128, credentials: null }],
    ["http://[2001:db8::1]:3128", { host: "2001:db8::1", port: 3128, credentials: null }],
    ["http://me:p%40ss%2B@proxy:1", { host: "proxy", port: 1, credentials: { username: "me", password: "p@ss+" } }],
    ["http://me:100%@proxy:1", { host: "proxy", port: 1, credentials: { username: "me", password: "100%" } }],
  ])("%s is read", (text, expected) => expect(parseProxyUrl(text)).toEqual(expected));

  test.each(["socks5://proxy:1080", "https://proxy:3128", "http://", "not a url", ""])(
    "%j is none that we speak",
    (text) => {
      expect(parseProxyUrl(text)).toBeUndefined();
    },
  );
});

describe("NO_PROXY", () => {
  test.each([
    ["*", "portal.test", 443, true],
    ["portal.test", "portal.test", 443, true],
    ["PORTAL.test", "portal.TEST", 443, true],
    ["test", "portal.test", 443, true],
    [".test", "portal.test", 443, true],
    ["*.test", "portal.test", 443, true],
    ["ortal.test", "portal.test", 443, false],
    ["portal.test:443", "portal.test", 443, true],
    ["portal.test:80", "portal.test", 443, false],
    ["a.test, 10.0.0.0/8 b.test", "10.1.2.3", 443, true],
    ["10.0.0.0/8", "11.0.0.1", 443, false],
    ["10.1.2.3", "10.1.2.3", 443, true],
    ["2.3", "10.1.2.3", 443, false],
    ["", "portal.test", 443, false],
    [" , ", "portal.test", 443, false],
  ])("%j and %s:%i: %s", (list, host, port, excluded) => expect(isExcluded(list, host, port)).toBe(excluded));

  test("never throws", () => {
    fc.assert(fc.property(fc.string(), fc.domain(), (list, host) => void isExcluded(list, host, 443)));
  });
});

describe("the answer of a PAC file", () => {
  test("is read in its order; what we do not speak is kept to be told", () => {
    expect(parsePacAnswer("PROXY a:3128; SOCKS5 b:1080;HTTPS c:443 ; http d ; DIRECT")).toEqual([
      { kind: "proxy", host: "a", port: 3128 },
      { kind: "skipped", text: "SOCKS5 b:1080" },
      { kind: "skipped", text: "HTTPS c:443" },
      { kind: "proxy", host: "d", port: 80 },
      { kind: "direct" },
    ]);
  });

  test("that is empty means direct", () => {
    expect(parsePacAnswer("")).toEqual([{ kind: "direct" }]);
    expect(parsePacAnswer(" ; ")).toEqual([{ kind: "direct" }]);
  });

  test("never throws", () => {
    fc.assert(fc.property(fc.string(), (answer) => void parsePacAnswer(answer)));
  });
});
