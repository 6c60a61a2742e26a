import { describe, expect, test } from "vitest";
import { asKnown, asReached, cleanAddress, cleanPorts } from "./addresses.ts";

const networks = [
  { network: "192.168.0.0/24", standIn: "100.64.17.0/24" },
  { network: "10.17.0.0/16", standIn: null },
];

describe("a device's address", () => {
  test("becomes the one of the stand-in, with the same last digits, and back", () => {
    expect(asReached(networks, "192.168.0.10")).toBe("100.64.17.10");
    expect(asKnown(networks, "100.64.17.10")).toBe("192.168.0.10");
  });

  test("stays where there is no stand-in", () => {
    expect(asReached(networks, "10.17.3.4")).toBe("10.17.3.4");
    expect(asKnown(networks, "10.17.3.4")).toBe("10.17.3.4");
  });

  test("is none outside of the machine's networks", () => {
    expect(asReached(networks, "172.16.0.1")).toBeUndefined();
    expect(asKnown(networks, "192.168.0.10")).toBeUndefined();
  });
});

test.each([
  [" 192.168.0.10\n", "192.168.0.10"],
  ["192.168.0.10/24", "192.168.0.10"],
  ["http://192.168.0.10/index.html", "192.168.0.10"],
  ["192.168.0.10:102", "192.168.0.10"],
  ["192.168.0", undefined],
  ["plc.local", undefined],
])("a pasted address %j is understood as %j", (typed, address) => {
  expect(cleanAddress(typed)).toBe(address);
});

test.each([
  ["102, 502;8080\n80", [102, 502, 8080, 80]],
  ["102 102", [102]],
  ["", []],
  ["0", undefined],
  ["65536", undefined],
  ["http", undefined],
])("ports %j are understood as %j", (typed, ports) => {
  expect(cleanPorts(typed)).toEqual(ports);
});
