import { describe, expect, test } from "vitest";
import { credentialsOf, entryOf, missingIn, settingOf, takenApart } from "./proxy-entry.ts";

const manual = entryOf({ mode: "manual", host: "proxy.office", port: 3128 });

describe("a pasted proxy", () => {
  test.each([
    ["http://proxy.office:8080/", "proxy.office", "8080"],
    [" proxy.office:8080\n", "proxy.office", "8080"],
    ["https://proxy.office", "proxy.office", "3128"],
    ["[fd00::1]:8080", "fd00::1", "8080"],
    ["proxy.off", "proxy.off", "3128"],
  ])("%j is taken apart into its host and port", (typed, host, port) => {
    expect(takenApart({ ...manual, host: typed })).toMatchObject({ host, port });
  });
});

describe("the form", () => {
  test("says which field is missing or wrong", () => {
    expect(missingIn(manual)).toBeNull();
    expect(missingIn({ ...manual, host: "" })).toBe("host");
    expect(missingIn({ ...manual, port: "70000" })).toBe("port");
    expect(missingIn({ ...manual, mode: "pac" })).toBe("source");
    expect(missingIn({ ...manual, password: "x" })).toBe("username");
    expect(missingIn({ ...manual, mode: "none", host: "", password: "x" })).toBeNull();
  });

  test("sends what belongs to the kind that is chosen, and keeps the rest", () => {
    expect(settingOf({ ...manual, host: " proxy.office " })).toEqual({
      mode: "manual",
      host: "proxy.office",
      port: 3128,
    });
    expect(settingOf({ ...manual, mode: "none" })).toEqual({ mode: "none" });
  });

  test("cleans no password: it may hold any character", () => {
    expect(credentialsOf({ ...manual, username: "OFFICE\\lund", password: " +ä%\t" })).toEqual({
      username: "OFFICE\\lund",
      password: " +ä%\t",
    });
    expect(credentialsOf({ ...manual, username: "lund" })).toBeNull();
    expect(credentialsOf({ ...manual, mode: "none", username: "lund", password: "x" })).toBeNull();
  });
});
