import { describe, expect, test } from "vitest";
import { chooseDevices } from "./device-choice.ts";

const box = { lan: null, wan: null, known: ["eth0", "eth1"], defaultRoute: "eth0" };

describe("the interfaces of an enrolment", () => {
  test("are found out where there are two", () => {
    expect(chooseDevices(box)).toEqual({ wan: "eth0", lan: "eth1" });
  });

  test("are what the person says", () => {
    expect(chooseDevices({ ...box, wan: "eth1", lan: "eth0" })).toEqual({ wan: "eth1", lan: "eth0" });
  });

  test.each([
    ["no default route", { ...box, defaultRoute: null }, "interfaceUnclear"],
    ["two that could be the LAN", { ...box, known: ["eth0", "eth1", "eth2"] }, "interfaceUnclear"],
    ["only one", { ...box, known: ["eth0"] }, "interfaceUnclear"],
    ["one that is not there", { ...box, lan: "eth7" }, "interfaceUnknown"],
    ["one for both", { ...box, lan: "eth0" }, "interfacesSame"],
    ["a rule instead of a name", { ...box, lan: 'x" accept' }, "interfaceBad"],
    ["the tunnel", { ...box, lan: "anslut0" }, "interfaceBad"],
  ])("are asked for with %s", (_, question, key) => {
    expect(() => chooseDevices(question)).toThrow(key);
  });
});
