import { expect, test } from "vitest";
import { machineOfArguments, machineOfLink } from "./deep-link.ts";

test("a link names a machine", () => {
  expect(machineOfLink("anslut://connect?id=m-17_A")).toBe("m-17_A");
  expect(machineOfLink("anslut://connect/?id=m-17")).toBe("m-17");
});

test.each([
  "anslut://disconnect?id=m-17",
  "anslut://connect/other?id=m-17",
  "anslut://connect?id=",
  "anslut://connect?id=../../etc",
  "anslut://connect?id=m%0017",
  `anslut://connect?id=${"m".repeat(65)}`,
  "https://connect?id=m-17",
  "connect?id=m-17",
  "",
])("%s names none", (link) => {
  expect(machineOfLink(link)).toBeUndefined();
});

test("it is found among a program's words, whatever the system puts around it", () => {
  expect(machineOfArguments(["/opt/anslut/anslut", "--flag", "anslut://connect?id=m-1"])).toBe("m-1");
  expect(machineOfArguments(["/opt/anslut/anslut", "--hidden"])).toBeUndefined();
});
