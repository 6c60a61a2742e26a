import { describe, expect, test } from "vitest";
import { fingerprintText } from "../core/quantities.ts";
import { shellWord } from "../core/shell-word.ts";
import { printable } from "../face/printable.ts";
import { fingerprintArgument, hostPortArgument } from "./arguments.ts";
import { withNetworksApart } from "./command-line.ts";
import { languageOf } from "./language.ts";
import { secondsText } from "./quantities.ts";
import { makeScreen } from "./screen.ts";
import { alignedRows, cut, tableRows, widthOf, wrapped } from "./table.ts";

describe("the language", () => {
  test.each([
    [["--language", "sv"], { LANG: "de_DE.UTF-8" }, "sv"],
    [["status", "--language=de"], {}, "de"],
    [["connect", "--", "--language", "de"], {}, "en"],
    [["--language"], { LANG: "sv_SE" }, "sv"],
    [["--language", "fr"], { LANG: "sv_SE" }, "sv"],
    [[], { LANG: "de_AT.UTF-8" }, "de"],
    [[], { LANG: "de_AT.UTF-8", LC_ALL: "en_US.UTF-8" }, "en"],
    [[], { LANG: "fr_FR.UTF-8", LANGUAGE: "fr:sv:en" }, "sv"],
    [[], { LANG: "C.UTF-8", LANGUAGE: "de" }, "en"],
    [[], {}, "en"],
  ] as const)("of %j in %j is %s", (words, environment, language) => {
    expect(languageOf(words, environment)).toBe(language);
  });
});

describe("quantities", () => {
  test("are written as people of the language do", () => {
    expect(secondsText(612, "en")).toBe("0.6");
    expect(secondsText(612, "de")).toBe("0,6");
    expect(secondsText(12_400, "sv")).toBe("12");
  });

  test("a fingerprint is read in groups of four, and back", () => {
    const sha256 = "0123456789abcdef".repeat(4);
    expect(fingerprintText(sha256)).toMatch(/^0123 4567 89AB CDEF /);
    expect(fingerprintArgument(fingerprintText(sha256))).toBe(sha256);
  });
});

describe("columns", () => {
  test("stand under each other whatever stands in them", () => {
    expect(
      alignedRows([
        ["é", "1"],
        ["密机", "2"],
        ["e\u0301", "3"],
        ["\x1b[1mb\x1b[0m", "4"],
      ]),
    ).toEqual(["é     1", "密机  2", "e\u0301     3", "\x1b[1mb\x1b[0m     4"]);
  });

  test("that say nothing are left out, head and all", () => {
    expect(
      tableRows(
        ["NAME", "NOTE"],
        [
          ["a", ""],
          ["b", ""],
        ],
      ),
    ).toEqual(["NAME", "a", "b"]);
  });

  test("are cut and wrapped to a width", () => {
    expect(cut("abcdef", 6)).toBe("abcdef");
    expect(cut("abcdefg", 6)).toBe("abcde…");
    expect(widthOf(cut("密机密机", 4))).toBeLessThanOrEqual(4);
    expect(wrapped("one two three", 7)).toEqual(["one two", "three"]);
    expect(wrapped("averyveryverylongword x", 5)).toEqual(["averyveryverylongword", "x"]);
  });
});

test("what is printed cannot command the terminal", () => {
  expect(printable("a\x07\x1b]0;t\x07\u202eb\u2066\x7f\x85")).toBe("a\ufffd\ufffd]0;t\ufffd\ufffdb\ufffd\ufffd\ufffd");
  expect(printable("Säge 2\t密 😀\n")).toBe("Säge 2\t密 😀\n");
});

test("colours appear on a terminal alone", () => {
  const sink = (isTTY: boolean) => ({ isTTY, write: () => true });
  const styled = (isTTY: boolean, environment: NodeJS.ProcessEnv) =>
    makeScreen(sink(isTTY), sink(isTTY), { json: false, environment }).styled("bad", "x");
  expect(styled(true, { TERM: "xterm" })).toBe("\x1b[31mx\x1b[0m");
  expect(styled(true, { NO_COLOR: "1" })).toBe("x");
  expect(styled(true, { NO_COLOR: "" })).toBe("\x1b[31mx\x1b[0m");
  expect(styled(true, { TERM: "dumb" })).toBe("x");
  expect(styled(false, {})).toBe("x");
});

test("several networks behind one --network do not swallow the machine", () => {
  expect(withNetworksApart(["--network", "10.0.0.0/8", "10.1.0.0/16", "m"])).toEqual([
    "--network",
    "10.0.0.0/8",
    "--network",
    "10.1.0.0/16",
    "m",
  ]);
  expect(withNetworksApart(["m", "10.0.0.0/8"])).toEqual(["m", "10.0.0.0/8"]);
});

test("a suggested command can be copied into a shell", () => {
  expect(shellWord("press-1")).toBe("press-1");
  expect(shellWord("Säge 2")).toBe("'Säge 2'");
  expect(shellWord("it's $(id)")).toBe("'it'\\''s $(id)'");
});

test.each([
  ["proxy.office:3128", { host: "proxy.office", port: 3128 }],
  ["[2001:db8::1]:8080", { host: "2001:db8::1", port: 8080 }],
  [" 10.0.0.1:1 ", { host: "10.0.0.1", port: 1 }],
])("%s is a proxy's address", (given, expected) => {
  expect(hostPortArgument(given)).toEqual(expected);
});

test.each(["proxy", "proxy:", "proxy:0", "proxy:70000", "http://proxy:3128", ":3128", "a b:1"])(
  "%j is none",
  (given) => {
    expect(() => hostPortArgument(given)).toThrow();
  },
);
