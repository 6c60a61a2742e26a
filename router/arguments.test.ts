import { describe, expect, test } from "vitest";
import { parseArguments } from "./arguments.ts";

const fingerprint = "0a".repeat(32);
const enrol = `enrol --portal portal.example --fingerprint ${fingerprint} --serial SN-0017 --token-stdin`;

describe("the command line", () => {
  test("enrols", () => {
    expect(parseArguments(`${enrol} --lan eth1 --wan=eth0`.split(" "))).toEqual({
      command: "enrol",
      host: "portal.example",
      port: 443,
      fingerprint,
      serial: "SN-0017",
      lan: "eth1",
      wan: "eth0",
      replace: false,
    });
  });

  test.each([
    ["portal.example:8443", "portal.example", 8443],
    ["203.0.113.10:80", "203.0.113.10", 80],
    ["2001:db8::1", "2001:db8::1", 443],
    ["[2001:db8::1]:80", "2001:db8::1", 80],
  ])("takes the portal %s", (text, host, port) => {
    expect(parseArguments(enrol.replace("portal.example", text).split(" "))).toMatchObject({ host, port });
  });

  test("takes a fingerprint as OpenSSL writes it", () => {
    const written = `SHA256:${"0A:".repeat(31)}0A`;
    expect(parseArguments(enrol.replace(fingerprint, written).split(" "))).toMatchObject({ fingerprint });
  });

  test.each([
    ["run --json", { command: "run", json: true }],
    ["status", { command: "status", json: false }],
    ["firewall --remove", { command: "firewall", remove: true }],
    ["--help", { command: "help" }],
    ["run -h", { command: "help" }],
  ])("%s", (line, command) => expect(parseArguments(line.split(" "))).toEqual(command));

  test.each([
    ["", "commandUnknown"],
    ["dial", "commandUnknown"],
    ["toString", "commandUnknown"],
    ["run --verbose", "optionUnknown"],
    ["run --constructor", "optionUnknown"],
    ["run --json --json", "optionTwice"],
    ["run --json=yes", "valueSurplus"],
    ["run now", "argumentSurplus"],
    ["enrol", "optionMissing"],
    [enrol.replace(" --token-stdin", ""), "optionMissing"],
    [`${enrol} --lan`, "valueMissing"],
    [`${enrol} --lan=`, "valueMissing"],
    [`${enrol} s3cret`, "argumentSurplus"],
    [enrol.replace("portal.example", "https://portal.example/"), "portalBad"],
    [enrol.replace("portal.example", "portal.example:70000"), "portalBad"],
    [enrol.replace("portal.example", "portal.example:0"), "portalBad"],
    [enrol.replace("portal.example", "[portal.example]:443"), "portalBad"],
    [enrol.replace(fingerprint, "0a0a"), "fingerprintBad"],
    [enrol.replace("SN-0017", "S".repeat(65)), "serialBad"],
  ])("refuses %j", (line, key) => {
    expect(() => parseArguments(line.split(" "))).toThrow(key);
  });

  test("asks for a command where there is none", () => {
    expect(() => parseArguments([])).toThrow("commandMissing");
  });

  test("does not repeat a long word, which may be a secret, nor a terminal's control characters", () => {
    expect(problemOf(["run", "x".repeat(80)])).toMatchObject({ values: { name: "xxxxxxxxxxxx…" } });
    expect(problemOf(["run", "\u001b[2J"])).toMatchObject({ values: { name: "?[2J" }, exitCode: 2 });
  });
});

function problemOf(words: readonly string[]): unknown {
  try {
    return parseArguments(words);
  } catch (error) {
    return error;
  }
}
